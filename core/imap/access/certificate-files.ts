import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileDurably } from '../../base/durable-file.ts';
import { UserError } from '../../base/errors.ts';
import { type CertificatePair, reasonOf } from './certificate-pair.ts';

/**
 * `certificate.pem` and `private-key.pem`. Two files cannot be replaced at once, so a new pair is first written whole to
 * `replacement.json`: whatever is interrupted after that, the next start completes.
 */
export class CertificateFiles {
  readonly folder: string;
  readonly certificate: string;
  readonly privateKey: string;
  readonly #replacement: string;

  constructor(folder: string) {
    this.folder = folder;
    this.certificate = join(folder, 'certificate.pem');
    this.privateKey = join(folder, 'private-key.pem');
    this.#replacement = join(folder, 'replacement.json');
  }

  /** What is there, whether it can be used or not. @throws UserError for what may not be read. */
  async read(): Promise<Partial<CertificatePair>> {
    await this.complete();
    const certificate = await readText(this.certificate);
    const privateKey = await readText(this.privateKey);
    return { ...(certificate !== undefined && { certificate }), ...(privateKey !== undefined && { privateKey }) };
  }

  /**
   * Resolves when the pair would be the one in use after a power cut; `complete` is to follow.
   * @throws UserError for a disk that is full or a folder that may not be written; then nothing has changed.
   */
  async replace({ certificate, privateKey }: CertificatePair): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await writeFileDurably(this.#replacement, JSON.stringify({ certificate, privateKey }));
    } catch (error) {
      throw new UserError(
        `The certificate cannot be written to ${this.folder} (${reasonOf(error)}). Make room on the disk or give this account the right to write there.`,
      );
    }
  }

  /** Puts a replacement in its place, if there is one. @throws UserError when that cannot be done now. */
  async complete(): Promise<void> {
    const text = await readText(this.#replacement);
    if (text === undefined) return;
    const pair = JSON.parse(text) as CertificatePair; // written durably: whole or not at all
    try {
      await writeFileDurably(this.privateKey, pair.privateKey);
      await writeFileDurably(this.certificate, pair.certificate, { mode: 0o644 });
      await rm(this.#replacement, { force: true });
    } catch (error) {
      throw new UserError(
        `The certificate in ${this.#replacement} cannot be put in its place (${reasonOf(error)}). Make room on the disk or give this account the right to write there.`,
      );
    }
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new UserError(`${file} cannot be read (${reasonOf(error)}). Give this account the right to read it.`);
  }
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DamagedFile } from '../../base/damaged-files.ts';
import { removeFile, writeFileDurably } from '../../base/durable-file.ts';
import { cannotWrite } from '../../base/system-refusal.ts';
import { readText } from '../../base/text-file.ts';
import type { CertificatePair } from './certificate-pair.ts';

const replacement = z.object({ certificate: z.string(), privateKey: z.string() });

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

  /** The certificate first. */
  get all(): readonly string[] {
    return [this.certificate, this.privateKey, this.#replacement];
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
      throw cannotWrite(`The certificate in ${this.folder}`, error);
    }
  }

  /** Puts a replacement in its place, if there is one. @throws UserError when that cannot be done now. */
  async complete(): Promise<void> {
    const text = await readText(this.#replacement);
    if (text === undefined) return;
    const pair = pairIn(text, this.#replacement);
    try {
      await writeFileDurably(this.privateKey, pair.privateKey);
      await writeFileDurably(this.certificate, pair.certificate, { mode: 0o644 });
      await removeFile(this.#replacement);
    } catch (error) {
      throw cannotWrite(`The certificate that waits in ${this.#replacement}`, error);
    }
  }
}

/** Written durably it is whole or not at all; but disks fail. @throws DamagedFile */
function pairIn(text: string, file: string): CertificatePair {
  try {
    return replacement.parse(JSON.parse(text));
  } catch {
    throw new DamagedFile(
      'the replacement is broken',
      `${file} is broken. Remove it; the certificate before it serves.`,
    );
  }
}

import { z } from 'zod';
import { checkPassword, preparePassword } from '../accounts/password.ts';
import { type PasswordVerifier, standardCost, systemScrypt, verifies } from '../accounts/verifier.ts';
import { DamagedFile, type DamagedFiles } from '../base/damaged-files.ts';
import { writeFileDurably } from '../base/durable-file.ts';
import type { Random } from '../base/random.ts';
import { cannotWrite } from '../base/system-refusal.ts';
import { readText } from '../base/text-file.ts';
import type { AdminPassword } from './dependencies.ts';

const octets = z.base64().min(1);
/** The costs are bounded: a file that somebody edited must not take all memory. */
const record = z.looseObject({
  version: z.literal(1),
  algorithm: z.literal('scrypt'),
  cost: z.int().min(2).max(1_048_576),
  blockSize: z.int().min(1).max(64),
  parallelization: z.int().min(1).max(64),
  salt: octets,
  hash: octets,
});

export interface AdministratorOptions {
  readonly cost?: typeof standardCost.scrypt;
  readonly damaged?: DamagedFiles;
}

const NO_PASSWORD = 'Nobody can administer from another computer until a new administrator password is set here.';

/** The password that lets the administrator in from other computers. Of it only an scrypt verifier is kept. */
export class Administrator implements AdminPassword {
  readonly #file: string;
  readonly #random: Random;
  readonly #cost: typeof standardCost.scrypt;
  readonly #listeners = new Set<() => void>();
  #verifier: PasswordVerifier | undefined;

  private constructor(file: string, random: Random, cost: typeof standardCost.scrypt) {
    this.#file = file;
    this.#random = random;
    this.#cost = cost;
  }

  /**
   * Reads the file; without one there is no password.
   * @param options.cost how dear the password is to check and to guess; tests are cheaper
   * @param options.damaged takes a file away that cannot be used; then nobody administers from elsewhere
   * @throws UserError when it cannot be used.
   */
  static async open(file: string, random: Random, options: AdministratorOptions = {}): Promise<Administrator> {
    const { cost = standardCost.scrypt, damaged } = options;
    const administrator = new Administrator(file, random, cost);
    const text = await readText(file);
    try {
      if (text !== undefined) administrator.#verifier = verifierOf(text, file);
    } catch (error) {
      if (!(error instanceof DamagedFile) || damaged === undefined) throw error;
      await damaged.setAside([file], error.problem, NO_PASSWORD);
      administrator.onChange(() => damaged.mended(file));
    }
    return administrator;
  }

  get isSet(): boolean {
    return this.#verifier !== undefined;
  }

  /** Resolves when the new one would survive a power cut. @throws UserError when it is too weak. */
  async set(password: string): Promise<void> {
    checkPassword(password, 'administrator');
    const { cost, blockSize, parallelization } = this.#cost;
    const salt = this.#random(16);
    const hash = await systemScrypt(preparePassword(password), salt, this.#cost);
    const verifier = { cost, blockSize, parallelization, salt, hash };
    const texts = { salt: Buffer.from(salt).toString('base64'), hash: Buffer.from(hash).toString('base64') };
    const content = JSON.stringify({ version: 1, algorithm: 'scrypt', ...verifier, ...texts }, undefined, 2);
    await writeFileDurably(this.#file, `${content}\n`).catch((error: unknown) => {
      throw cannotWrite(this.#file, error);
    });
    this.#verifier = verifier;
    for (const listener of this.#listeners) listener();
  }

  /** False when there is none. */
  async verify(password: string): Promise<boolean> {
    return this.#verifier !== undefined && verifies(preparePassword(password), this.#verifier, systemScrypt);
  }

  /** Called after a new one was set. Returns how to stop listening. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function verifierOf(text: string, file: string): PasswordVerifier {
  try {
    const { cost, blockSize, parallelization, salt, hash } = record.parse(JSON.parse(text));
    return { cost, blockSize, parallelization, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
  } catch {
    throw new DamagedFile('it is broken', `${file} is broken. Remove it and set a new administrator password.`);
  }
}

import { createHash, createHmac, pbkdf2, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { ScramCredentials } from '../base/authentication.ts';
import { passwordLimits } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import { preparePassword } from './password.ts';

/** The cost parameters of scrypt (RFC 7914 section 2). */
export interface ScryptCost {
  /** N, a power of two: memory is 128 × N × blockSize octets. */
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

/** What is kept of a password to check it. */
export interface PasswordVerifier extends ScryptCost {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

/** How dear passwords are to check and to guess. Tests are cheaper. */
export interface PasswordCost {
  readonly scrypt: ScryptCost;
  readonly scramIterations: number;
}

export const standardCost: PasswordCost = passwordLimits;

/** Computes scrypt off the event loop. A parameter, so that tests can count. */
export type Scrypt = (password: Uint8Array, salt: Uint8Array, cost: ScryptCost) => Promise<Uint8Array>;

const hashOctets = 32;
const scryptAsync = promisify<Uint8Array, Uint8Array, number, ScryptOptions, Buffer>(scrypt);

export const systemScrypt: Scrypt = (password, salt, { cost, blockSize, parallelization }) =>
  scryptAsync(password, salt, hashOctets, {
    cost,
    blockSize,
    parallelization,
    // What OpenSSL counts: N blocks, two to work with, and one for each lane.
    maxmem: 128 * blockSize * (cost + 2 + parallelization),
  });

/** All that is kept of a password. */
export async function makeCredentials(
  password: string,
  cost: PasswordCost,
  random: Random,
): Promise<{ verifier: PasswordVerifier; scram: ScramCredentials }> {
  const prepared = preparePassword(password);
  const salt = random(passwordLimits.salt);
  const hash = await systemScrypt(prepared, salt, cost.scrypt);
  const { cost: n, blockSize, parallelization } = cost.scrypt;
  const scram = await makeScram(prepared, cost.scramIterations, random(passwordLimits.salt));
  return { verifier: { cost: n, blockSize, parallelization, salt, hash }, scram };
}

/** RFC 5802 section 3: SaltedPassword, ClientKey, StoredKey, ServerKey; RFC 7677: with SHA-256. */
async function makeScram(prepared: Uint8Array, iterations: number, salt: Uint8Array): Promise<ScramCredentials> {
  const salted = await promisify(pbkdf2)(prepared, salt, iterations, hashOctets, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest();
  return { salt, iterations, storedKey, serverKey: createHmac('sha256', salted).update('Server Key').digest() };
}

/** Whether a prepared password is the one, in the time scrypt takes. */
export async function verifies(prepared: Uint8Array, verifier: PasswordVerifier, compute: Scrypt): Promise<boolean> {
  const hash = await compute(prepared, verifier.salt, verifier);
  return hash.length === verifier.hash.length && timingSafeEqual(hash, verifier.hash);
}

/** A verifier that no password fits, for names nobody has: its check costs what a real one costs. */
export function decoyVerifier(cost: ScryptCost, random: Random): PasswordVerifier {
  const { cost: n, blockSize, parallelization } = cost;
  return { cost: n, blockSize, parallelization, salt: random(passwordLimits.salt), hash: random(hashOctets) };
}

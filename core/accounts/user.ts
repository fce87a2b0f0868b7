import { z } from 'zod';
import type { ScramCredentials } from '../base/authentication.ts';
import type { PasswordVerifier } from './verifier.ts';

/** What may be shown of a user. */
export interface UserInfo {
  /** As it was given when the user was added. */
  readonly name: string;
  /** Names the user's mail folder; stays when everything else changes, and is never used again. */
  readonly accountId: string;
  readonly disabled: boolean;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly createdAt: number;
  /** His own; undefined: the settings' defaults hold. */
  readonly quota: UserQuota | undefined;
}

/** What somebody may store; 0 = no limit. */
export interface UserQuota {
  readonly octets: number;
  readonly messages: number;
}

/** A user with what checks the password. A new object after every change to the user, so it may key what is derived. */
export interface User extends UserInfo {
  readonly verifier: PasswordVerifier;
  readonly scram: ScramCredentials;
}

const octets = z.base64().min(1);
const powerOfTwo = z
  .int()
  .min(2)
  .max(1_048_576)
  .refine((cost) => (cost & (cost - 1)) === 0, 'must be a power of two');

/** 0 to 8 PiB. */
const quotaSchema = z.looseObject({ octets: z.int().min(0), messages: z.int().min(0) });

/** A user in directory.json. Keys that a later version adds are kept. */
export const userRecordSchema = z.looseObject({
  name: z.string().min(1),
  // Becomes a folder name, on any file system: whoever edits the file must not lead out of the mail folder.
  accountId: z.string().regex(/^[a-z0-9]{8,64}$/),
  disabled: z.boolean(),
  createdAt: z.iso.datetime(),
  quota: quotaSchema.optional(),
  verifier: z.looseObject({
    algorithm: z.literal('scrypt'),
    cost: powerOfTwo,
    blockSize: z.int().min(1).max(64),
    parallelization: z.int().min(1).max(64),
    salt: octets,
    hash: octets,
  }),
  scram: z.looseObject({
    mechanism: z.literal('SCRAM-SHA-256'),
    iterations: z.int().min(1),
    salt: octets,
    storedKey: octets,
    serverKey: octets,
  }),
});

export type UserRecord = z.infer<typeof userRecordSchema>;

export function userOf(record: UserRecord): User {
  const { name, accountId, disabled, createdAt, quota, verifier, scram } = record;
  return {
    name,
    accountId,
    disabled,
    createdAt: Date.parse(createdAt),
    quota: quota && { octets: quota.octets, messages: quota.messages },
    verifier: {
      cost: verifier.cost,
      blockSize: verifier.blockSize,
      parallelization: verifier.parallelization,
      salt: Buffer.from(verifier.salt, 'base64'),
      hash: Buffer.from(verifier.hash, 'base64'),
    },
    scram: {
      salt: Buffer.from(scram.salt, 'base64'),
      iterations: scram.iterations,
      storedKey: Buffer.from(scram.storedKey, 'base64'),
      serverKey: Buffer.from(scram.serverKey, 'base64'),
    },
  };
}

/** The part of a record that a new password replaces. */
export function credentialRecords(
  verifier: PasswordVerifier,
  scram: ScramCredentials,
): Pick<UserRecord, 'verifier' | 'scram'> {
  return {
    verifier: { algorithm: 'scrypt', ...verifier, salt: base64(verifier.salt), hash: base64(verifier.hash) },
    scram: {
      mechanism: 'SCRAM-SHA-256',
      iterations: scram.iterations,
      salt: base64(scram.salt),
      storedKey: base64(scram.storedKey),
      serverKey: base64(scram.serverKey),
    },
  };
}

export function infoOf({ name, accountId, disabled, createdAt, quota }: User): UserInfo {
  return { name, accountId, disabled, createdAt, quota };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

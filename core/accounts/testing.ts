import type { PasswordCost } from './verifier.ts';

/** Passwords that cost nothing to check, for tests that are not about their cost; SCRAM as clients still take it (RFC 7677 section 4). */
export const cheapPasswords: PasswordCost = {
  scrypt: { cost: 2, blockSize: 1, parallelization: 1 },
  scramIterations: 4_096,
};

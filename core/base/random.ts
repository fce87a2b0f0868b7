import { randomBytes } from 'node:crypto';

/** Gives that many octets nobody can foresee. Passed in so that tests can say what comes. */
export type Random = (octets: number) => Uint8Array;

export const systemRandom: Random = (octets) => randomBytes(octets);

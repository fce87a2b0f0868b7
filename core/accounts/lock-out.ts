/** Somebody is kept out for a while (IMAP4-SERVICE: "Lock-outs"). */
export interface LockOut {
  /** pair: this user from this address; address: everybody from there. */
  readonly kind: 'pair' | 'address';
  readonly user: string | undefined;
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** Why, in words. */
  readonly reason: string;
}

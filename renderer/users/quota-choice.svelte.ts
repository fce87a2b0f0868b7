import type { QuotaSummary } from '../../core/admin/contract.ts';

export const MiB = 1_048_576;

/** A user's quota while it is edited: his own, or the defaults. */
export class QuotaChoice {
  own: string;
  /** 0: no limit. */
  mebibytes: number | undefined;
  messages: number | undefined;

  constructor(present?: QuotaSummary) {
    this.own = $state(present?.own === true ? 'own' : 'default');
    this.mebibytes = $state(Math.ceil((present?.octetsLimit ?? 0) / MiB));
    this.messages = $state(present?.messagesLimit ?? 0);
  }

  get valid(): boolean {
    return this.own === 'default' || (this.mebibytes !== undefined && this.messages !== undefined);
  }

  /** As the contract has it. */
  get quota(): { octets: number; messages: number } | undefined {
    if (this.own === 'default') return undefined;
    return { octets: (this.mebibytes ?? 0) * MiB, messages: this.messages ?? 0 };
  }
}

import type { QuotaSummary } from '../../core/admin/contract.ts';
import { windowLimits } from '../limits.ts';
import { quotaText } from '../text/users.ts';

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

  /** Why the storage cannot be sent. An emptied field says by itself what it takes. */
  get storageError(): string | undefined {
    return tooMuch(this.mebibytes, windowLimits.quotaMebibytes);
  }

  get messagesError(): string | undefined {
    return tooMuch(this.messages, windowLimits.quotaMessages);
  }

  get valid(): boolean {
    if (this.own === 'default') return true;
    const given = this.mebibytes !== undefined && this.messages !== undefined;
    return given && this.storageError === undefined && this.messagesError === undefined;
  }

  /** As the contract has it. */
  get quota(): { octets: number; messages: number } | undefined {
    if (this.own === 'default') return undefined;
    return { octets: (this.mebibytes ?? 0) * MiB, messages: this.messages ?? 0 };
  }
}

function tooMuch(value: number | undefined, most: number): string | undefined {
  return value !== undefined && value > most ? quotaText.tooMuch(most) : undefined;
}

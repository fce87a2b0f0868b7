import type { StoredAccount } from '../mail/ports.ts';
import { storedMessages } from './stored-messages.ts';
import type { TransferWatch } from './watch.ts';

export interface Contents {
  readonly mailboxes: Record<string, { text: string; flags: readonly string[]; internalDate: unknown }[]>;
  readonly subscribed: readonly string[];
}

/** All that anybody sees of an account, but for numbers. */
export async function everythingIn(stored: StoredAccount): Promise<Contents> {
  const mailboxes: Contents['mailboxes'] = {};
  for (const { name } of stored.mailboxes()) {
    const selected = await stored.select(name, { readOnly: true, onChange: () => {} });
    mailboxes[name] = [];
    for await (const { bytes, flags, internalDate } of storedMessages(stored, selected)) {
      mailboxes[name].push({
        text: Buffer.from(bytes ?? '').toString('latin1'),
        flags: [...flags].sort(),
        internalDate,
      });
    }
    selected.close();
  }
  return { mailboxes, subscribed: [...stored.subscriptions()].sort() };
}

/** What those who started a transfer would see of it. */
export class Report implements TransferWatch {
  readonly signal: TransferWatch['signal'] = new AbortController().signal;
  readonly told: unknown[] = [];
  messages = 0;
  asked = 0;
  lost = 0;
  expect(more: number) {
    this.asked += more;
  }
  done() {}
  lineEndsChanged(messages: number) {
    if (messages > 0) this.told.push('line ends');
  }
  duplicate() {
    this.told.push('duplicate');
  }
  transferred(messages: number) {
    this.messages += messages;
  }
  skipped(...told: readonly unknown[]) {
    this.lost += Number(told[2] ?? 1);
    this.told.push(told);
  }
  note(text: string) {
    this.told.push(text);
  }
}

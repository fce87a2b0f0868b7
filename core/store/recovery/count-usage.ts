import { Slice } from '../../base/slices.ts';
import type { Usage } from '../../mail/ports.ts';
import type { AccountIndex } from '../index/account-index.ts';

/**
 * What the messages of an account take. Noted when the account was last closed; counted when it was not closed in order,
 * or `check` has mended it. To be called before it is marked as open.
 */
export async function countUsage(index: AccountIndex): Promise<Usage> {
  const { facts } = index;
  const [octets, messages] = [facts.get('usedOctets'), facts.get('usedMessages')];
  if (facts.get('open') === 0 && octets !== undefined && messages !== undefined) return { octets, messages };
  return recountUsage(index);
}

/** Looks at every message. */
export async function recountUsage(index: AccountIndex): Promise<Usage> {
  const total = { octets: 0, messages: 0 };
  const slice = new Slice();
  for (const { id } of index.mailboxes.all()) {
    for (const piece of index.messages.pieces(id)) {
      const { octets, messages } = index.messages.usage(id, [piece]);
      total.octets += octets;
      total.messages += messages;
      await slice.rest();
    }
  }
  return total;
}

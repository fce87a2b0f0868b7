import { Refused } from '../../base/errors.ts';
import { Slice } from '../../base/slices.ts';
import type { AccountCore } from '../account-core.ts';
import { INBOX } from './mailbox-names.ts';

/** DELETE (RFC 9051 section 6.3.5). Sessions that have the mailbox open see it empty and marked as deleted. */
export function deleteMailbox(core: AccountCore, name: string): Promise<void> {
  return core.committer.durablyInSlices(async () => {
    const record = core.tree.require(name);
    if (name === INBOX) throw new Refused('CANNOT', 'INBOX cannot be deleted');
    if (core.tree.below(name).length > 0) {
      throw new Refused('HASCHILDREN', 'There are mailboxes below this one: delete them first');
    }
    const slice = new Slice();
    const gone = { octets: 0, messages: 0 };
    for (const piece of core.index.messages.pieces(record.id)) {
      const { octets, messages } = core.index.messages.usage(record.id, [piece]);
      gone.octets += octets;
      gone.messages += messages;
      core.index.deleteMessages(record.id, piece);
      await slice.rest();
    }
    core.index.flagChanges.deleteOf(record.id);
    core.index.viewers.deleteOf(record.id);
    core.index.mailboxes.delete(record.id);
    return {
      value: undefined,
      committed() {
        record.deleted = true;
        core.tree.remove(record);
        core.quota.count({ octets: -gone.octets, messages: -gone.messages });
      },
      publish() {
        core.list.delete(record.id);
        core.live.find(record.id)?.removed();
        core.live.forget(record.id);
        core.freed(gone.octets);
        core.list.announce();
      },
    };
  });
}

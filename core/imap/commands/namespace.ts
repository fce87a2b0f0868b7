import { SEPARATOR } from '../../mail/special-use.ts';
import { quoted } from '../wire/encode.ts';
import type { Command } from './command.ts';
import { OTHER_USERS, SHARED } from './namespaces.ts';

/** NAMESPACE (RFC 9051 section 6.3.10, RFC 2342): one's own mailboxes, those of other users, and the public ones. */
export const namespace: Command<void> = {
  name: 'NAMESPACE',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  capabilities: () => ['NAMESPACE'],
  parse: (reader) => reader.expectEnd(),
  run(session) {
    const prefixes = ['', OTHER_USERS, SHARED].map((prefix) => `((${quoted(prefix)} ${quoted(SEPARATOR)}))`);
    session.writer.untagged(`NAMESPACE ${prefixes.join(' ')}`);
    return { text: 'Namespaces told' };
  },
};

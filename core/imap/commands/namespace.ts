import { SEPARATOR } from '../../mail/special-use.ts';
import { quoted } from '../wire/encode.ts';
import type { Command } from './command.ts';

/** NAMESPACE (RFC 9051 section 6.3.10, RFC 2342): one's own mailboxes, without a prefix; no one else's. */
export const namespace: Command<void> = {
  name: 'NAMESPACE',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  capabilities: () => ['NAMESPACE'],
  parse: (reader) => reader.expectEnd(),
  run(session) {
    session.writer.untagged(`NAMESPACE (("" ${quoted(SEPARATOR)})) NIL NIL`);
    return { text: 'Namespaces told' };
  },
};

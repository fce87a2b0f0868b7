import { Malformed } from '../../base/errors.ts';
import type { Command } from './command.ts';

/** STARTTLS (RFC 9051 section 6.2.1). */
export const starttls: Command<void> = {
  name: 'STARTTLS',
  states: ['notAuthenticated'],
  mayExpunge: false,
  capabilities: ({ state, transport }) => (state === 'notAuthenticated' && !transport.secure ? ['STARTTLS'] : []),
  parse: (reader) => reader.expectEnd(),
  run({ transport }) {
    if (transport.secure) throw new Malformed('TLS is active already');
    return { text: 'Begin TLS negotiation now', afterwards: () => transport.startTls() };
  },
};

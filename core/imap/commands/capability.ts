import type { Command } from './command.ts';

/** CAPABILITY (RFC 9051 section 6.1.1). */
export const capability: Command<void> = {
  name: 'CAPABILITY',
  states: ['notAuthenticated', 'authenticated', 'selected'],
  mayExpunge: true,
  // IMAP4rev2 includes IDLE (RFC 9051 section 6.3.13), so without IDLE it is not offered. LITERAL+: RFC 7888.
  capabilities: ({ options }) => ['IMAP4rev1', ...(options.supportIdle ? ['IMAP4rev2'] : []), 'LITERAL+'],
  parse: (reader) => reader.expectEnd(),
  run(session) {
    session.writer.untagged(`CAPABILITY ${session.registry.capabilities(session)}`);
    return { text: 'Capabilities listed' };
  },
};

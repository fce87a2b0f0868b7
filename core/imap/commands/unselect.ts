import type { Command } from './command.ts';

/** UNSELECT (RFC 9051 section 6.4.2, RFC 3691): leaves the mailbox and removes nothing. */
export const unselect: Command<void> = {
  name: 'UNSELECT',
  states: ['selected'],
  mayExpunge: true,
  reportsChanges: false,
  capabilities: () => ['UNSELECT'],
  parse: (reader) => reader.expectEnd(),
  run(session) {
    session.unselect();
    return { text: 'Mailbox left' };
  },
};

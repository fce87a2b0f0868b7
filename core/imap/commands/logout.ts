import type { Command } from './command.ts';

/** LOGOUT (RFC 9051 section 6.1.3). */
export const logout: Command<void> = {
  name: 'LOGOUT',
  states: ['notAuthenticated', 'authenticated', 'selected'],
  mayExpunge: false,
  reportsChanges: false,
  parse: (reader) => reader.expectEnd(),
  run(session) {
    session.unselect();
    session.state = 'logout';
    session.writer.untagged('BYE Logging out');
    return { text: 'Logged out', afterwards: () => session.transport.end() };
  },
};

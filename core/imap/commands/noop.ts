import type { Command } from './command.ts';

/** NOOP (RFC 9051 section 6.1.2): a moment to tell what has changed. */
export const noop: Command<void> = {
  name: 'NOOP',
  states: ['notAuthenticated', 'authenticated', 'selected'],
  mayExpunge: true,
  parse: (reader) => reader.expectEnd(),
  run: () => ({ text: 'Nothing done' }),
};

/** CHECK (RFC 3501 section 6.4.1): everything is on disk already, so it is a NOOP. */
export const check: Command<void> = {
  name: 'CHECK',
  states: ['selected'],
  mayExpunge: true,
  parse: (reader) => reader.expectEnd(),
  run: () => ({ text: 'Everything is on disk' }),
};

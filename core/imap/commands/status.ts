import type { Command } from './command.ts';
import { expectMailboxName, spelledBy } from './mailbox-argument.ts';
import { expectStatusItems, noteStatusItems, type StatusItem, writeStatus } from './status-items.ts';

interface StatusArguments {
  readonly name: string;
  readonly items: readonly StatusItem[];
}

/** STATUS (RFC 9051 section 6.3.11). */
export const status: Command<StatusArguments> = {
  name: 'STATUS',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  capabilities: ({ options }) => ['STATUS=SIZE', `APPENDLIMIT=${options.appendLimit}`, 'OBJECTID', 'CONDSTORE'],
  parse(reader, { utf8 }) {
    const name = expectMailboxName(reader, utf8);
    reader.expectSpace();
    const items = expectStatusItems(reader);
    reader.expectEnd();
    return { name, items };
  },
  async run(session, { name, items }) {
    const found = await session.account.status(name);
    noteStatusItems(session, items);
    writeStatus(session, spelledBy(session.account, name), found, items);
    return { text: 'Status told' };
  },
};

import { type Rights, rightsToText } from '../../mail/rights.ts';
import type { Session } from '../session/session.ts';
import { astring, mailboxName } from '../wire/encode.ts';
import type { Command } from './command.ts';
import { expectMailboxName, spelledBy } from './mailbox-argument.ts';

/** MYRIGHTS (RFC 4314 section 3.5). */
export const myRights: Command<string> = {
  name: 'MYRIGHTS',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  capabilities: () => ['ACL'],
  parse(reader, { utf8 }) {
    const name = expectMailboxName(reader, utf8);
    reader.expectEnd();
    return name;
  },
  run(session, name) {
    const rights = session.account.myRights(name);
    writeMyRights(session, spelledBy(session.account, name), rights);
    return { text: 'Your rights told' };
  },
};

/** The MYRIGHTS reply (RFC 4314 section 3.8). */
export function writeMyRights(session: Session, name: string, rights: Rights): void {
  session.writer.untagged(`MYRIGHTS ${mailboxName(name, session.rev2)} ${astring(rightsToText(rights))}`);
}

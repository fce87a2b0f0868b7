import { NO_RIGHTS, type RightsChange } from '../../mail/rights.ts';
import { expectIdentifier, expectRightsChange } from './acl-arguments.ts';
import type { Command } from './command.ts';
import { expectMailboxName } from './mailbox-argument.ts';

interface SetAclArguments {
  readonly name: string;
  readonly identifier: string;
  readonly change: RightsChange;
}

/** SETACL (RFC 4314 section 3.1). */
export const setAcl: Command<SetAclArguments> = {
  name: 'SETACL',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  // RFC 4314 section 2.2, 5.1.1: the rights that RFC 2086 did not know
  capabilities: () => ['ACL', 'RIGHTS=kxte'],
  parse(reader, { utf8 }) {
    const name = expectMailboxName(reader, utf8);
    const { prepared: identifier } = expectIdentifier(reader);
    const change = expectRightsChange(reader);
    reader.expectEnd();
    return { name, identifier, change };
  },
  async run(session, { name, identifier, change }) {
    await session.account.setAcl(name, identifier, change);
    return {
      text: isInEffect(identifier, change) ? 'Rights set' : 'Rights set; nobody can use them without l (lookup)',
    };
  },
};

/** False when what was set gives nothing, whatever else the list has: a mailbox without l is one that is not there. */
function isInEffect(identifier: string, { mode, rights }: RightsChange): boolean {
  return mode !== 'replace' || identifier.startsWith('-') || rights.size === 0 || rights.has('l');
}

/** DELETEACL (RFC 4314 section 3.2): takes the identifier off the list; OK also when it was not on it. */
export const deleteAcl: Command<SetAclArguments> = {
  ...setAcl,
  name: 'DELETEACL',
  parse(reader, { utf8 }) {
    const name = expectMailboxName(reader, utf8);
    const { prepared: identifier } = expectIdentifier(reader);
    reader.expectEnd();
    return { name, identifier, change: NOTHING };
  },
};

const NOTHING: RightsChange = { mode: 'replace', rights: NO_RIGHTS };

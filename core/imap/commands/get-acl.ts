import { type AclEntry, type GrantableRights, RIGHTS, type Right, rightsToText } from '../../mail/rights.ts';
import { astring, mailboxName, utf8 } from '../wire/encode.ts';
import { expectIdentifier, type Identifier } from './acl-arguments.ts';
import type { Command } from './command.ts';
import { expectMailboxName, spelledBy } from './mailbox-argument.ts';

/** GETACL (RFC 4314 section 3.3). */
export const getAcl: Command<string> = {
  name: 'GETACL',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  capabilities: () => ['ACL'],
  parse(reader, { utf8: asUtf8 }) {
    const name = expectMailboxName(reader, asUtf8);
    reader.expectEnd();
    return name;
  },
  run(session, name) {
    const entries = session.account.acl(name);
    const mailbox = mailboxName(spelledBy(session.account, name), session.rev2);
    session.writer.untagged(['ACL', mailbox, ...entries.map(entryText)].join(' '));
    return { text: 'Rights listed' };
  },
};

/** SP identifier SP rights, as they stand in acl-data (RFC 4314 section 7). */
function entryText({ identifier, rights }: AclEntry): string {
  return `${astring(utf8(identifier))} ${astring(rightsToText(rights))}`;
}

interface ListRightsArguments {
  readonly name: string;
  readonly identifier: Identifier;
}

/** LISTRIGHTS (RFC 4314 section 3.4). */
export const listRights: Command<ListRightsArguments> = {
  name: 'LISTRIGHTS',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  capabilities: () => ['ACL'],
  parse(reader, { utf8: asUtf8 }) {
    const name = expectMailboxName(reader, asUtf8);
    const identifier = expectIdentifier(reader);
    reader.expectEnd();
    return { name, identifier };
  },
  run(session, { name, identifier }) {
    const grantable = session.account.listRights(name, identifier.prepared);
    const mailbox = mailboxName(spelledBy(session.account, name), session.rev2);
    // RFC 4314 3.4: the identifier MUST come back as the client wrote it
    const said = astring(utf8(identifier.supplied));
    session.writer.untagged(`LISTRIGHTS ${mailbox} ${said} ${grantableText(grantable)}`);
    return { text: 'Possible rights listed' };
  },
};

/**
 * What an identifier always has, then what it can be given, each by itself: nothing is tied together here. `c` and `d`
 * follow the rights they stand for (RFC 4314 section 2.1.1): they are always had only if nothing they stand for has to
 * be given. None is named twice (section 3.7).
 */
export function grantableText({ always, optional }: GrantableRights): string {
  const given = RIGHTS.filter((right) => optional.includes(right) && !always.has(right));
  const virtual = (standing: Iterable<Right>) =>
    [...rightsToText(new Set(standing))].filter((letter) => 'cd'.includes(letter));
  const optionalVirtual = virtual(given);
  const alwaysVirtual = virtual(always).filter((letter) => !optionalVirtual.includes(letter));
  const had = [...RIGHTS.filter((right) => always.has(right)), ...alwaysVirtual].join('');
  return [astring(had), ...given, ...optionalVirtual].join(' ');
}

import { Malformed, Refused } from '../../base/errors.ts';
import { SPECIAL_USES, type SpecialUse } from '../../mail/special-use.ts';
import type { Session } from '../session/session.ts';
import type { ArgumentReader } from '../wire/argument-reader.ts';
import type { Command, Completion, ParseMode } from './command.ts';
import { respelled, writeListOf } from './list-reply.ts';
import { expectMailboxArgument, type MailboxArgument } from './mailbox-argument.ts';
import { newMailbox } from './new-mailbox.ts';

interface CreateArguments {
  readonly mailbox: MailboxArgument;
  /** Attributes of the USE parameter as the client wrote them. */
  readonly uses: readonly string[];
}

/** CREATE (RFC 9051 section 6.3.4) with the USE parameter of RFC 6154 section 3. */
export const create: Command<CreateArguments> = {
  name: 'CREATE',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  capabilities: () => ['CREATE-SPECIAL-USE', 'OBJECTID'],
  parse: parseCreate,
  run: runCreate,
};

/** create = "CREATE" SP mailbox [SP "(" create-param *(SP create-param) ")"] (RFC 4466 section 6) */
function parseCreate(reader: ArgumentReader, { utf8 }: ParseMode): CreateArguments {
  const mailbox = expectMailboxArgument(reader, utf8);
  const uses: string[] = [];
  if (!reader.end()) {
    reader.expectSpace();
    reader.expectList(() => uses.push(...readUse(reader)), { min: 1 });
  }
  reader.expectEnd();
  return { mailbox, uses };
}

/** create-param =/ "USE" SP "(" [use-attr *(SP use-attr)] ")" (RFC 6154 section 6) */
function readUse(reader: ArgumentReader): string[] {
  reader.expectKeyword('USE');
  reader.expectSpace();
  return reader.expectList(
    () => {
      const attribute = reader.expectFlag();
      if (!attribute.startsWith('\\')) throw new Malformed('A special use begins with \\');
      return attribute;
    },
    { min: 0 },
  );
}

async function runCreate(session: Session, { mailbox, uses }: CreateArguments): Promise<Completion> {
  const created = newMailbox(mailbox);
  const specialUse = [...new Set(uses.map(assignableUse))];
  const entry = await session.account.create(created.name, specialUse);
  const oldName = respelled(session, created, entry.name);
  if (oldName !== undefined) writeListOf(session, entry, oldName);
  // RFC 8474 section 4.1
  return { code: `MAILBOXID (${entry.objectId})`, text: 'Mailbox created' };
}

/** @throws Refused USEATTR when no mailbox here can be used so (RFC 6154 section 3). */
function assignableUse(attribute: string): SpecialUse {
  const use = SPECIAL_USES.find((known) => known.toLowerCase() === attribute.toLowerCase());
  if (use === undefined) throw new Refused('USEATTR', `${attribute} is no special use known here`);
  if (GATHERING.includes(use))
    throw new Refused('USEATTR', `${use} is not supported: no mailbox here shows others' messages`);
  return use;
}

/** They present messages that lie in other mailboxes (RFC 6154 section 2), which needs a virtual mailbox. */
const GATHERING: readonly SpecialUse[] = ['\\All', '\\Flagged'];

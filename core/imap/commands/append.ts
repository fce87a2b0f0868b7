import { Malformed, Refused } from '../../base/errors.ts';
import { wireLimits } from '../../base/limits.ts';
import { Slice } from '../../base/slices.ts';
import { encodeBinaryBodies } from '../../mail/mime/binary-bodies.ts';
import type { Added, NewMessage } from '../../mail/ports.ts';
import type { Session } from '../session/session.ts';
import type { ArgumentReader } from '../wire/argument-reader.ts';
import { formatNumberSet } from '../wire/number-set.ts';
import type { Command, Completion, ParseMode } from './command.ts';
import { flagsToAppend } from './flag-arguments.ts';
import { respelled, writeListOf } from './list-reply.ts';
import { expectMailboxArgument, type MailboxArgument } from './mailbox-argument.ts';
import { intoExisting } from './transfer.ts';

interface AppendArguments {
  readonly mailbox: MailboxArgument;
  readonly messages: readonly NewMessage[];
}

/**
 * APPEND (RFC 9051 section 6.3.12) of one message or many (RFC 3502). That none is too large has been seen to before
 * the literal was read (session/literal-policy.ts).
 */
export const append: Command<AppendArguments> = {
  name: 'APPEND',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  capabilities: ({ options }) => ['MULTIAPPEND', `APPENDLIMIT=${options.appendLimit}`],
  parse: parseAppend,
  run: runAppend,
};

/** append = "APPEND" SP mailbox 1*append-message (RFC 3502, RFC 4466 section 6) */
function parseAppend(reader: ArgumentReader, { utf8 }: ParseMode): AppendArguments {
  const mailbox = expectMailboxArgument(reader, utf8);
  const messages: NewMessage[] = [];
  do messages.push(readMessage(reader));
  while (!reader.end());
  return { mailbox, messages };
}

/** append-message = [SP flag-list] [SP date-time] SP (literal / literal8) */
function readMessage(reader: ArgumentReader): NewMessage {
  reader.expectSpace();
  const flags = reader.peek() === OPENING ? reader.expectFlagList() : undefined;
  if (flags !== undefined) reader.expectSpace();
  const internalDate = reader.peek() === QUOTE ? reader.expectDateTime() : undefined;
  if (internalDate !== undefined) reader.expectSpace();
  const { bytes, literal8 } = reader.expectMessage();
  // RFC 9051 section 9: literal = … *CHAR8, and a CHAR8 is any octet but NUL
  if (!literal8 && bytes.includes(0)) throw new Malformed('NUL is allowed in a literal8, ~{n}, only');
  return { bytes, flags: flagsToAppend(flags ?? []), internalDate };
}

/**
 * RFC 3516 sections 4.4 and 6: BODYSTRUCTURE and BODY[…] must show what came with NULs in an encoding that the base
 * protocol can carry. It is put into one as it comes, so that every size and part number is of the octets that are stored.
 * @throws Refused UNKNOWN-CTE where that cannot be
 */
async function withoutNuls(messages: readonly NewMessage[]): Promise<readonly NewMessage[]> {
  const slice = new Slice();
  const carried: NewMessage[] = [];
  for (const message of messages) {
    const bytes = encodeBinaryBodies(message.bytes);
    if (bytes === undefined) {
      throw new Refused(
        'UNKNOWN-CTE',
        'There is a NUL that cannot be put into base64; send the message in an encoding',
      );
    }
    carried.push({ ...message, bytes });
    await slice.rest();
  }
  return carried;
}

const OPENING = '('.charCodeAt(0);
const QUOTE = '"'.charCodeAt(0);

async function runAppend(session: Session, { mailbox, messages }: AppendArguments): Promise<Completion> {
  // RFC 3502, 6.3.11: a literal of no octets cancels the command and MUST be answered with NO
  if (messages.some(({ bytes }) => bytes.length === 0))
    throw new Refused(undefined, 'An empty message: nothing appended');
  if (messages.length > wireLimits.messagesPerAppend) {
    throw new Refused('LIMIT', `More than ${wireLimits.messagesPerAppend} messages in one APPEND; use several`);
  }
  const { account } = session;
  const carried = await withoutNuls(messages);
  const added = await intoExisting(session, mailbox.name, () => account.append(mailbox.name, carried));
  const entry = account.find(mailbox.name);
  const oldName = entry === undefined ? undefined : respelled(session, mailbox, entry.name);
  // RFC 9051 section 6.3.12: a client that wrote the name otherwise SHOULD be told how it is spelled
  if (entry !== undefined && oldName !== undefined) writeListOf(session, entry, oldName);
  return { code: appendUidCode(added), text: 'Appended' };
}

/** RFC 4315 section 3: a set only when there was more than one message. */
function appendUidCode({ uidValidity, uids }: Added): string {
  return `APPENDUID ${uidValidity} ${formatNumberSet(uids)}`;
}

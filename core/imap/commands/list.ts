import { Refused } from '../../base/errors.ts';
import { wireLimits } from '../../base/limits.ts';
import { Slice } from '../../base/slices.ts';
import type { MailboxStatus } from '../../mail/ports.ts';
import type { Session } from '../session/session.ts';
import type { Command, Completion } from './command.ts';
import { type ListArguments, parseList } from './list-options.ts';
import { ListPatterns } from './list-pattern.ts';
import { attributesOf, writeList } from './list-reply.ts';
import { type ListedName, type ListSelection, selectNames, superiorsOf } from './list-selection.ts';
import { noteStatusItems, writeStatus } from './status-items.ts';

/** LIST (RFC 9051 section 6.3.9, RFC 5258, RFC 5819, RFC 6154, RFC 3348). */
export const list: Command<ListArguments> = {
  name: 'LIST',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  capabilities: () => ['LIST-EXTENDED', 'LIST-STATUS', 'SPECIAL-USE', 'CHILDREN'],
  parse: (reader, { utf8 }) => parseList(reader, utf8),
  run: runList,
};

function runList(session: Session, args: ListArguments): Completion | Promise<Completion> {
  const { extended, patterns } = args;
  if (!extended && patterns[0] === '') {
    // RFC 9051 6.3.9: an empty pattern asks for the separator and the root, which is empty for all names here
    writeList(session, 'LIST', ['\\Noselect'], '');
    return { text: 'Separator told' };
  }
  if (patterns.length > wireLimits.listPatterns) {
    throw new Refused('LIMIT', `More than ${wireLimits.listPatterns} patterns in one LIST; use several`);
  }
  return listNames(session, args);
}

async function listNames(session: Session, args: ListArguments): Promise<Completion> {
  const { account, writer } = session;
  const { selection, returning } = args;
  const names = await selectNames(account, new ListPatterns(args.reference, args.patterns), selection);
  const writing = new NameWriter(session, args);
  if (returning.status !== undefined) noteStatusItems(session, returning.status);
  const slice = new Slice();
  for (const listed of names) {
    if (returning.status === undefined) writing.write(listed);
    else await writing.writeWithStatus(listed);
    if (slice.over) await slice.rest();
    const drained = writer.drained();
    if (drained !== undefined) await drained;
  }
  return { text: 'Mailboxes listed' };
}

/** Writes the replies for the names of one LIST command. */
class NameWriter {
  readonly #session: Session;
  readonly #args: ListArguments;
  readonly #extended: boolean;
  readonly #parents: ReadonlySet<string>;
  readonly #subscribed: ReadonlySet<string> | undefined;
  readonly #childInfo: string;

  constructor(session: Session, args: ListArguments) {
    this.#session = session;
    this.#args = args;
    this.#extended = args.extended || session.rev2;
    this.#parents = superiorsOf(session.account.mailboxes());
    if (args.returning.subscribed) this.#subscribed = new Set(session.account.subscriptions());
    this.#childInfo = childInfo(args.selection);
  }

  write({ name, entry, childInfo }: ListedName): void {
    const attributes = attributesOf(entry, {
      hasChildren: this.#parents.has(name),
      subscribed: this.#subscribed?.has(name),
      extended: this.#extended,
    });
    writeList(this.#session, 'LIST', attributes, name, childInfo ? this.#childInfo : undefined);
  }

  async writeWithStatus(listed: ListedName): Promise<void> {
    // RFC 5819 section 3: no STATUS for what is listed because of its children only
    if (listed.entry === undefined || !listed.selected) return this.write(listed);
    const status = await this.#statusOf(listed.name);
    // RFC 9051 6.3.9.2: if there is no STATUS to tell, the LIST reply MUST say why
    this.write(status === undefined ? { ...listed, entry: undefined } : listed);
    if (status !== undefined) writeStatus(this.#session, listed.name, status, this.#args.returning.status!);
  }

  /** Undefined when the mailbox has been deleted since the names were collected. */
  async #statusOf(name: string): Promise<MailboxStatus | undefined> {
    try {
      return await this.#session.account.status(name);
    } catch (problem) {
      if (problem instanceof Refused) return undefined;
      throw problem;
    }
  }
}

/** childinfo-extended-item: the selection options that something below fits (RFC 9051 section 6.3.9.6). */
function childInfo({ subscribed, specialUse }: ListSelection): string {
  const options = [...(subscribed ? ['"SUBSCRIBED"'] : []), ...(specialUse ? ['"SPECIAL-USE"'] : [])];
  return `"CHILDINFO" (${options.join(' ')})`;
}

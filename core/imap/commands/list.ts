import { Refused } from '../../base/errors.ts';
import { wireLimits } from '../../base/limits.ts';
import { Slice } from '../../base/slices.ts';
import type { MailboxEntry, MailboxStatus } from '../../mail/ports.ts';
import type { Session } from '../session/session.ts';
import type { Command, Completion } from './command.ts';
import { type ListArguments, parseList } from './list-options.ts';
import { ListPatterns } from './list-pattern.ts';
import { attributesOf, isClosed, writeList } from './list-reply.ts';
import { type ListedName, type ListSelection, selectNames, superiorsOf } from './list-selection.ts';
import { writeMyRights } from './my-rights.ts';
import { noteStatusItems, writeStatus } from './status-items.ts';

/** LIST (RFC 9051 section 6.3.9, RFC 5258, RFC 5819, RFC 6154, RFC 3348, RFC 8440). */
export const list: Command<ListArguments> = {
  name: 'LIST',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  capabilities: () => ['LIST-EXTENDED', 'LIST-STATUS', 'LIST-MYRIGHTS', 'SPECIAL-USE', 'CHILDREN'],
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
    if (returning.myRights) writing.writeRights(listed);
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

  write({ name, entry, faked, childInfo }: ListedName, closed = this.#isClosed(entry)): void {
    const attributes = attributesOf(entry, {
      hasChildren: this.#parents.has(name),
      subscribed: this.#subscribed?.has(name),
      extended: this.#extended,
      faked,
      closed,
    });
    writeList(this.#session, 'LIST', attributes, name, childInfo ? this.#childInfo : undefined);
  }

  async writeWithStatus(listed: ListedName): Promise<void> {
    const { name, entry, faked, selected } = listed;
    // RFC 5819 section 3: no STATUS for what is listed because of its children only
    if ((entry === undefined && !faked) || !selected) return this.write(listed);
    const status = await this.#statusOf(name);
    if (typeof status === 'object') {
      this.write(listed);
      writeStatus(this.#session, name, status, this.#args.returning.status!);
      return;
    }
    // RFC 5819 section 2: if there is no STATUS to tell, the LIST reply MUST say why
    if (status === 'NOPERM') this.write(listed, true);
    else this.write({ ...listed, entry: undefined, faked: false });
  }

  /** RFC 8440 section 3: not for what is listed because of its children only, nor where there are none to tell. */
  writeRights({ name, entry, faked, selected }: ListedName): void {
    if ((entry === undefined && !faked) || !selected) return;
    const rights = unlessRefused(() => this.#session.account.myRights(name));
    if (rights !== undefined) writeMyRights(this.#session, name, rights);
  }

  /** NOPERM when it may not be read, undefined when it has been deleted since the names were collected. */
  async #statusOf(name: string): Promise<MailboxStatus | 'NOPERM' | undefined> {
    try {
      return await this.#session.account.status(name);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      return problem.code === 'NOPERM' ? 'NOPERM' : undefined;
    }
  }

  #isClosed(entry: MailboxEntry | undefined): boolean {
    return entry !== undefined && (unlessRefused(() => isClosed(this.#session.account, entry)) ?? true);
  }
}

/** Undefined when it was withdrawn since the names were collected. */
function unlessRefused<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (problem) {
    if (problem instanceof Refused) return undefined;
    throw problem;
  }
}

/** childinfo-extended-item: the selection options that something below fits (RFC 9051 section 6.3.9.6). */
function childInfo({ subscribed, specialUse }: ListSelection): string {
  const options = [...(subscribed ? ['"SUBSCRIBED"'] : []), ...(specialUse ? ['"SPECIAL-USE"'] : [])];
  return `"CHILDINFO" (${options.join(' ')})`;
}

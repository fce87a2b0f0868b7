import { mailboxLimits } from '../base/limits.ts';
import { normaliseUnicode } from '../base/normalise-unicode.ts';
import type { MailboxEntry } from '../mail/ports.ts';
import { SEPARATOR } from '../mail/special-use.ts';

/** A folder of another server. */
export interface SourceFolder {
  /** As that server spells it. */
  readonly path: string;
  /** Between its levels; undefined: there is one level only. */
  readonly separator: string | undefined;
  /** Such as `\Sent`: told by the server or guessed from the name. */
  readonly specialUse: string | undefined;
}

export interface NamingRules {
  /** What the user's own folders begin with there, such as `INBOX.`. */
  readonly prefix: string;
  /** Our mailboxes: those with a special use take the mail of the folder with the same use. */
  readonly ours: readonly MailboxEntry[];
  /** All folders are put below this mailbox, under the names they have there. */
  readonly under: string | undefined;
}

/** Our names for the folders of another server, by their paths there. Two folders may get the same name. */
export function mailboxNames(folders: readonly SourceFolder[], rules: NamingRules): ReadonlyMap<string, string> {
  const levels = new Map(folders.map((folder) => [folder.path, levelsOf(folder, rules.prefix)]));
  const special = rules.under === undefined ? specialLevels(folders, levels, rules.ours) : [];
  const names = [...levels].map(([path, own]) => {
    const renamed = besides(own, special);
    return [path, nameOf(rules.under === undefined ? renamed : [rules.under, ...own])] as const;
  });
  return new Map(names);
}

function levelsOf({ path, separator }: SourceFolder, prefix: string): readonly string[] {
  const own =
    prefix !== '' && path.startsWith(prefix) && path.length > prefix.length ? path.slice(prefix.length) : path;
  const levels = separator ? own.split(separator) : [own];
  return fittingLevels(levels);
}

function fittingLevels(levels: readonly string[]): readonly string[] {
  const [first = '', ...below] = levels.map(fittingLevel);
  // INBOX is one in any case (RFC 9051 section 5.1); names that begin with # are namespaces here.
  return [/^inbox$/i.test(first) ? 'INBOX' : first.replace(/^#/, '_'), ...below];
}

/** Without what a name here cannot have: our separator, control characters. */
function fittingLevel(level: string): string {
  const fitting = normaliseUnicode(level.toWellFormed(), 'NFC').replace(/[/\p{Cc}\u2028\u2029]/gu, '_');
  return fitting === '' ? '_' : fitting;
}

interface SpecialLevels {
  readonly levels: readonly string[];
  readonly name: string;
}

/** Which folders have a use that one of our mailboxes has, the deepest first. */
function specialLevels(
  folders: readonly SourceFolder[],
  levels: ReadonlyMap<string, readonly string[]>,
  ours: readonly MailboxEntry[],
): readonly SpecialLevels[] {
  const found = folders.flatMap(({ path, specialUse }) => {
    const name = specialUse === '\\Inbox' ? 'INBOX' : nameWithUse(ours, specialUse);
    return name === undefined ? [] : [{ levels: levels.get(path) ?? [], name }];
  });
  return found.sort((a, b) => b.levels.length - a.levels.length);
}

/** Our mailbox of a special use, such as `\Sent`; where all mail is, what was archived is nowhere else. */
export function nameWithUse(ours: readonly MailboxEntry[], use: string | undefined): string | undefined {
  if (use === '\\All') return nameWithUse(ours, '\\Archive');
  return ours.find(({ specialUse }) => specialUse.some((one) => one === use))?.name;
}

/** A folder of special use, or one below it, under our name of it. */
function besides(own: readonly string[], special: readonly SpecialLevels[]): readonly string[] {
  const above = special.find(({ levels }) => levels.every((level, at) => own[at] === level));
  return above === undefined ? own : [above.name, ...own.slice(above.levels.length)];
}

/** Our name for a mailbox that files were, level by level. */
export function nameOfLevels(levels: readonly string[]): string {
  return nameOf(fittingLevels(levels));
}

/** What lies deeper than we go is one level. */
function nameOf(levels: readonly string[]): string {
  const all = levels.join(SEPARATOR).split(SEPARATOR);
  const kept = all.slice(0, mailboxLimits.depth - 1);
  const rest = all.slice(mailboxLimits.depth - 1);
  return [...kept, ...(rest.length > 0 ? [rest.join('_')] : [])].join(SEPARATOR);
}

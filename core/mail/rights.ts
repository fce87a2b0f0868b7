/**
 * What somebody may do with a mailbox (RFC 4314 section 2.1): l see it in lists, r read, s keep \Seen, w write other
 * flags, i insert messages, p post by mail, k create mailboxes below, x delete or rename it, t set \Deleted, e expunge,
 * a administer rights. In the order in which they are written.
 */
export const RIGHTS = ['l', 'r', 's', 'w', 'i', 'p', 'k', 'x', 't', 'e', 'a'] as const;
export type Right = (typeof RIGHTS)[number];
export type Rights = ReadonlySet<Right>;

export const ALL_RIGHTS: Rights = new Set(RIGHTS);
export const NO_RIGHTS: Rights = new Set();

/**
 * The rights of RFC 2086 that stand for several of today's (RFC 4314 section 2.1.1). Given, each stands for all of
 * them; told, it appears when one of them is there.
 */
const OBSOLETE: ReadonlyMap<string, readonly Right[]> = new Map([
  ['c', ['k', 'x']],
  ['d', ['t', 'e']],
]);

/** Rights as letters; undefined when one of them is none. */
export function rightsFromText(text: string): Rights | undefined {
  const rights = new Set<Right>();
  for (const letter of text) {
    if (isRight(letter)) rights.add(letter);
    else if (OBSOLETE.has(letter)) for (const each of OBSOLETE.get(letter)!) rights.add(each);
    else return undefined;
  }
  return rights;
}

/** `lrswipkxtea` and, for clients that know RFC 2086 only, `c` and `d` behind them. */
export function rightsToText(rights: Rights): string {
  const present = RIGHTS.filter((right) => rights.has(right));
  const obsolete = [...OBSOLETE].filter(([, stand]) => stand.some((right) => rights.has(right))).map(([name]) => name);
  return [...present, ...obsolete].join('');
}

function isRight(letter: string): letter is Right {
  return (RIGHTS as readonly string[]).includes(letter);
}

/** Rights that go together, by the names that people choose from (letters of RFC 4314 section 2.1). */
export const RIGHTS_PRESETS = {
  none: '',
  read: 'lr',
  mark: 'lrs',
  edit: 'lrswipte',
  full: 'lrswipkxtea',
} as const;
export type RightsPreset = keyof typeof RIGHTS_PRESETS;

/** The letters of a preset; undefined when there is none of that name, in whatever case. */
export function presetLetters(name: string): string | undefined {
  const known = name.toLowerCase();
  return Object.hasOwn(RIGHTS_PRESETS, known) ? RIGHTS_PRESETS[known as RightsPreset] : undefined;
}

/** The preset that is exactly these letters, in whatever order; undefined for rights of one's own choice. */
export function presetOf(letters: string): RightsPreset | undefined {
  const rights = rightsFromText(letters);
  if (rights === undefined) return undefined;
  const names = Object.keys(RIGHTS_PRESETS) as RightsPreset[];
  return names.find((name) => RIGHTS_PRESETS[name] === RIGHTS.filter((right) => rights.has(right)).join(''));
}

/** How SETACL changes what an identifier has (RFC 4314 section 3.1): `lr`, `+lr`, `-lr`. */
export interface RightsChange {
  readonly mode: 'replace' | 'add' | 'remove';
  readonly rights: Rights;
}

/**
 * One line of a mailbox's access control list. The identifier is as people write it: a user's name, `$` and a group's
 * name, or `anyone`; with `-` before it the rights are taken away from whoever has them otherwise.
 */
export interface AclEntry {
  readonly identifier: string;
  readonly rights: Rights;
}

/** What an identifier can have on a mailbox (RFC 4314 section 3.7). */
export interface GrantableRights {
  /** It has these whatever the list says. */
  readonly always: Rights;
  /** It may be given these, each by itself. */
  readonly optional: readonly Right[];
}

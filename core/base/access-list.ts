/**
 * The access control list of a file or folder of Windows, as `icacls /save` writes it: in the security descriptor
 * definition language, whose words are the same in every language of Windows ([MS-DTYP] section 2.5.1).
 */

/** What somebody whom nobody named may do. */
export type OthersMay = 'read' | 'change';

/** Of this computer's accounts, everybody or nearly everybody is one of these. */
const BROAD = new Set([
  'S-1-1-0', // everyone
  ...['S-1-2-0', 'S-1-2-1', 'S-1-5-14', 'S-1-5-113'], // at this computer, by its screen or from afar; its own accounts
  'S-1-5-7', // who has not logged on
  ...['S-1-5-11', 'S-1-5-15'], // who has, in this organization
  ...['S-1-5-3', 'S-1-5-4', 'S-1-5-2'], // for a task, at this computer, from the network
  ...['S-1-5-32-545', 'S-1-5-32-546', 'S-1-5-32-547', 'S-1-5-32-554', 'S-1-5-32-555'], // users and guests of this computer
  ...['DU', 'DG', 'DC', 'LG'], // users, guests and computers of the domain, the guest of this computer
]);
const BROAD_OF_A_DOMAIN = /^S-1-5-21-[\d-]+-5(01|1[345])$/;

/** Letters for who has the same SID everywhere ([MS-DTYP] section 2.5.1.1). */
const SIDS: Readonly<Record<string, string>> = {
  ...{ WD: 'S-1-1-0', AN: 'S-1-5-7', AU: 'S-1-5-11', IU: 'S-1-5-4', NU: 'S-1-5-2', BA: 'S-1-5-32-544' },
  ...{ BU: 'S-1-5-32-545', BG: 'S-1-5-32-546', PU: 'S-1-5-32-547', RU: 'S-1-5-32-554', RD: 'S-1-5-32-555' },
  ...{ SY: 'S-1-5-18', LS: 'S-1-5-19', NS: 'S-1-5-20' },
};

/** Generic rights, and the bits of those of files ([MS-DTYP] section 2.4.3). */
const RIGHTS: Readonly<Record<string, number>> = {
  ...{ GA: 0x1f01ff, GR: 0x120089, GW: 0x120116, GX: 0x1200a0 },
  ...{ FA: 0x1f01ff, FR: 0x120089, FW: 0x120116, FX: 0x1200a0 },
  ...{ RC: 0x20000, SD: 0x10000, WD: 0x40000, WO: 0x80000 },
  ...{ CC: 0x1, DC: 0x2, LC: 0x4, SW: 0x8, RP: 0x10, WP: 0x20, DT: 0x40, LO: 0x80, CR: 0x100 },
};
const READ_DATA = 0x1;
/** Contents, files and folders in it, its attributes, itself, its list, its owner. */
const CHANGE = 0x2 | 0x4 | 0x40 | 0x10000 | 0x40000 | 0x80000;
const GENERIC = { all: 0x10000000, write: 0x40000000, read: 0x80000000 } as const;

/** What a list says. */
export interface AccessList {
  /** Of people whom nobody named: all users of the computer, of the domain, of the network. Undefined: nothing. */
  readonly others: OthersMay | undefined;
  /** Who of these has it by an entry that stays when inheritance is taken off: SIDs, or letters that depend on the domain. */
  readonly kept: readonly string[];
  /** Who has every right by an entry of the file or folder itself, likewise. */
  readonly full: ReadonlySet<string>;
  /** There is none, as on file systems without rights: everybody may do everything. */
  readonly isMissing: boolean;
}

/**
 * @param text of which one line is a descriptor, such as `D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;S-1-5-21-1-2-3-1001)`
 * @returns undefined for a text without a list, or with one that is not understood to its end: it may let anybody in
 */
export function readAccessList(text: string): AccessList | undefined {
  const [, descriptor] = /^(?:O:\S*?)?D:(.*?)\r?$/m.exec(text) ?? [];
  if (descriptor === undefined) return undefined;
  const [flags = ''] = /^(?:NO_ACCESS_CONTROL|P|AI|AR)*/.exec(descriptor) ?? [];
  if (flags.includes('NO_ACCESS_CONTROL')) return { others: 'change', kept: [], full: new Set(), isMissing: true };
  const entries = entriesOf(descriptor.slice(flags.length))?.map(readEntry);
  if (entries === undefined || entries.includes(undefined)) return undefined;
  return summary(entries.filter((entry) => entry?.allows === true) as readonly Entry[]);
}

function summary(allowing: readonly Entry[]): AccessList {
  const broad = allowing.filter(({ trustee }) => BROAD.has(trustee) || BROAD_OF_A_DOMAIN.test(trustee));
  const may = broad.map(({ mask }) => mayBy(mask));
  const kept = broad.filter(({ inherited, mask }) => !inherited && mayBy(mask) !== undefined);
  const full = allowing.filter(({ inherited, forContents, mask }) => !inherited && !forContents && hasAll(mask));
  return {
    others: may.includes('change') ? 'change' : may.includes('read') ? 'read' : undefined,
    kept: [...new Set(kept.map(({ trustee }) => trustee))],
    full: new Set(full.map(({ trustee }) => trustee)),
    isMissing: false,
  };
}

/** What stands between the parentheses. Conditions have their own inside, and quoted texts. Undefined: it does not end well. */
function entriesOf(text: string): readonly string[] | undefined {
  const entries: string[] = [];
  let at = 0;
  while (text[at] === '(') {
    const end = closingOf(text, at);
    if (end === undefined) return undefined;
    entries.push(text.slice(at + 1, end));
    at = end + 1;
  }
  return at === text.length || text.startsWith('S:', at) ? entries : undefined;
}

function closingOf(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at;
  }
  return undefined;
}

interface Entry {
  /** Under a condition, too. */
  readonly allows: boolean;
  readonly inherited: boolean;
  /** For what is in a folder, and not for the folder. */
  readonly forContents: boolean;
  readonly mask: number;
  readonly trustee: string;
}

function readEntry(text: string): Entry | undefined {
  const [type = '', flags = '', rights = '', , , trustee = ''] = text.split(';');
  if (!/^[A-Z]{1,2}$/.test(type) || !/^([A-Z]{2}|S-1(-[\da-fx]+)+)$/i.test(trustee)) return undefined;
  const has = new Set(flags.match(/../g));
  return {
    allows: ['A', 'OA', 'XA', 'ZA'].includes(type),
    inherited: has.has('ID'),
    forContents: has.has('IO'),
    mask: maskOf(rights),
    trustee: SIDS[trustee] ?? trustee,
  };
}

/** A number in hexadecimal, or letters by twos. Unknown ones count as every right: better told once too often. */
function maskOf(rights: string): number {
  if (/^0x[0-9a-f]+$/i.test(rights)) return Number(rights);
  const words = rights.match(/../g) ?? [];
  return words.reduce((mask, word) => mask | (RIGHTS[word] ?? 0x1f01ff), 0);
}

function hasAll(mask: number): boolean {
  return (mask & 0x1f01ff) === 0x1f01ff || (mask & GENERIC.all) !== 0;
}

function mayBy(mask: number): OthersMay | undefined {
  if ((mask & (CHANGE | GENERIC.all | GENERIC.write)) !== 0) return 'change';
  return (mask & (READ_DATA | GENERIC.read)) === 0 ? undefined : 'read';
}

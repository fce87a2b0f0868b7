/**
 * The access control list of a file or folder of Windows, as `icacls /save` writes it: in the security descriptor
 * definition language, whose words are the same in every language of Windows ([MS-DTYP] section 2.5.1).
 */

/** What somebody whom nobody named may do. */
export type OthersMay = 'read' | 'change';

/** Of this computer's accounts, everybody or nearly everybody is one of these; by their letters and by their SIDs. */
const BROAD = new Set([
  ...['WD', 'S-1-1-0'], // everyone
  ...['AN', 'S-1-5-7'], // who has not logged on
  ...['AU', 'S-1-5-11'], // who has
  ...['IU', 'S-1-5-4', 'NU', 'S-1-5-2'], // at this computer, or from the network
  ...['BU', 'S-1-5-32-545', 'BG', 'S-1-5-32-546'], // users and guests of this computer
  ...['DU', 'DG', 'DC'], // users, guests and computers of the domain
]);
const BROAD_OF_A_DOMAIN = /^S-1-5-21-[\d-]+-51[345]$/;

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
  /** The SIDs that have every right. */
  readonly full: ReadonlySet<string>;
}

/**
 * @param text of which one line is a descriptor, such as `D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;S-1-5-21-1-2-3-1001)`
 * @returns undefined for a text without a list. A list that is missing in the descriptor (`NO_ACCESS_CONTROL`, as on file
 * systems without rights) lets everybody do everything.
 */
export function readAccessList(text: string): AccessList | undefined {
  const [, descriptor] = /^(?:O:\S*?)?D:(.*)$/m.exec(text) ?? [];
  if (descriptor === undefined) return undefined;
  if (/^[A-Z]*NO_ACCESS_CONTROL/.test(descriptor)) return { others: 'change', full: new Set() };
  const full = new Set<string>();
  const may = new Set<OthersMay>();
  for (const [, entry = ''] of descriptor.matchAll(/\(([^()]*)\)/g)) {
    const [type, , rights = '', , , trustee = ''] = entry.split(';');
    if (type !== 'A') continue; // what is denied, and what is not about access
    const mask = maskOf(rights);
    if ((mask & 0x1f01ff) === 0x1f01ff || (mask & GENERIC.all) !== 0) full.add(trustee);
    if (BROAD.has(trustee) || BROAD_OF_A_DOMAIN.test(trustee)) for (const each of mayBy(mask)) may.add(each);
  }
  return { others: may.has('change') ? 'change' : may.has('read') ? 'read' : undefined, full };
}

/** A number in hexadecimal, or letters by twos. Unknown ones count as every right: better told once too often. */
function maskOf(rights: string): number {
  if (/^0x[0-9a-f]+$/i.test(rights)) return Number(rights);
  const words = rights.match(/../g) ?? [];
  return words.reduce((mask, word) => mask | (RIGHTS[word] ?? 0x1f01ff), 0);
}

function mayBy(mask: number): OthersMay[] {
  if ((mask & (CHANGE | GENERIC.all | GENERIC.write)) !== 0) return ['change'];
  return (mask & (READ_DATA | GENERIC.read)) === 0 ? [] : ['read'];
}

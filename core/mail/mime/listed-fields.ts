import { LISTED_FIELDS } from '../summary.ts';

/**
 * Listed fields as they are stored: what is where comes first, so that choosing three fields of ten looks at twenty octets
 * and not at the whole text.
 *
 *     listed    = count *entry *field [empty-line]
 *     entry     = name length        ; name: one octet, the field's number in LISTED_FIELDS
 *     count, length = one octet, or 255 and three octets, the highest first
 */
const LONG = 255;
const NUMBERS: ReadonlyMap<string, number> = new Map([...LISTED_FIELDS].map((name, number) => [name, number]));

/** Puts listed fields together. */
export class ListedFieldsWriter {
  #count = 0;
  #entries = '';
  #fields = '';

  /** @param name in lower case @param field the whole field with its line ends, of less than 16 MiB */
  add(name: string, field: string): void {
    const number = NUMBERS.get(name);
    if (number === undefined) return;
    this.#count++;
    this.#entries += String.fromCharCode(number) + numberText(field.length);
    this.#fields += field;
  }

  /** @param emptyLine that ends the header, or nothing */
  finish(emptyLine: string): string {
    return numberText(this.#count) + this.#entries + this.#fields + emptyLine;
  }
}

/**
 * HEADER.FIELDS from MessageSummary.listedFields, the same text as headerFields gives.
 * @param names lower case, all of them in LISTED_FIELDS
 */
export function listedFieldsSelector(names: ReadonlySet<string>): (listed: string) => string {
  const wanted = new Uint8Array(NUMBERS.size);
  for (const name of names) wanted[NUMBERS.get(name)!] = 1;
  return (listed) => {
    let entry = 0;
    let count = listed.charCodeAt(entry++);
    if (count === LONG) {
      count = longNumber(listed, entry);
      entry += 3;
    }
    let at = fieldsStart(listed, entry, count);
    let selected = '';
    // Fields side by side are taken in one go, the last ones with the empty line behind them.
    let run = -1;
    for (; count > 0; count--) {
      const isWanted = wanted[listed.charCodeAt(entry)] === 1;
      let length = listed.charCodeAt(entry + 1);
      entry += 2;
      if (length === LONG) {
        length = longNumber(listed, entry);
        entry += 3;
      }
      if (isWanted) {
        if (run < 0) run = at;
      } else if (run >= 0) {
        selected += listed.slice(run, at);
        run = -1;
      }
      at += length;
    }
    return selected + listed.slice(run >= 0 ? run : at);
  };
}

/** Where the fields begin, behind the entries. */
function fieldsStart(listed: string, firstEntry: number, count: number): number {
  let at = firstEntry;
  for (let i = 0; i < count; i++) at += listed.charCodeAt(at + 1) === LONG ? 5 : 2;
  return at;
}

function numberText(value: number): string {
  if (value < LONG) return String.fromCharCode(value);
  return String.fromCharCode(LONG, value >> 16, (value >> 8) & 0xff, value & 0xff);
}

function longNumber(text: string, at: number): number {
  return (text.charCodeAt(at) << 16) | (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2);
}

import { Malformed } from '../../base/errors.ts';
import { normaliseUnicode } from '../../base/normalise-unicode.ts';
import type { ArgumentReader } from '../wire/argument-reader.ts';
import type { ListSelection } from './list-selection.ts';
import { expectStatusItems, type StatusItem } from './status-items.ts';

/** What LIST is asked for. */
export interface ListArguments {
  /** The syntax of LIST-EXTENDED was used (RFC 9051 section 6.3.9). */
  readonly extended: boolean;
  readonly selection: ListSelection;
  readonly reference: string;
  readonly patterns: readonly string[];
  readonly returning: ListReturn;
}

/** LIST return options (RFC 9051 section 6.3.9.2). CHILDREN and SPECIAL-USE are told whether asked for or not. */
export interface ListReturn {
  readonly subscribed: boolean;
  readonly status: readonly StatusItem[] | undefined;
  /** RFC 8440. */
  readonly myRights: boolean;
}

/** "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts] */
export function parseList(reader: ArgumentReader, utf8: boolean): ListArguments {
  reader.expectSpace();
  const selection = readSelection(reader);
  if (selection !== undefined) reader.expectSpace();
  const reference = normaliseUnicode(reader.expectMailbox(utf8), 'NFC');
  reader.expectSpace();
  const several = reader.list(() => normaliseUnicode(reader.expectListMailbox(utf8), 'NFC'));
  if (several?.length === 0) throw new Malformed('A list of patterns must have one at least');
  const patterns = several ?? [normaliseUnicode(reader.expectListMailbox(utf8), 'NFC')];
  const returning = reader.end() ? undefined : readReturn(reader);
  reader.expectEnd();
  return {
    extended: selection !== undefined || several !== undefined || returning !== undefined,
    selection: selection ?? NO_SELECTION,
    reference,
    patterns,
    returning: {
      // RFC 9051 6.3.9.1: the selection option implies the return option
      subscribed: (returning?.subscribed ?? false) || (selection?.subscribed ?? false),
      status: returning?.status,
      myRights: returning?.myRights ?? false,
    },
  };
}

const NO_SELECTION: ListSelection = { subscribed: false, specialUse: false, recursiveMatch: false };

/** list-select-opts = "(" [list-select-opt *(SP list-select-opt)] ")" */
function readSelection(reader: ArgumentReader): ListSelection | undefined {
  const read = () => reader.expectKeyword('SUBSCRIBED', 'REMOTE', 'RECURSIVEMATCH', 'SPECIAL-USE');
  const options = reader.list(read);
  if (options === undefined) return undefined;
  const selection = {
    subscribed: options.includes('SUBSCRIBED'),
    specialUse: options.includes('SPECIAL-USE'),
    recursiveMatch: options.includes('RECURSIVEMATCH'),
  };
  // RFC 9051 6.3.9.1: RECURSIVEMATCH MUST NOT stand alone or with REMOTE only
  if (selection.recursiveMatch && !selection.subscribed && !selection.specialUse) {
    throw new Malformed('RECURSIVEMATCH needs another selection option beside it, such as SUBSCRIBED');
  }
  return selection;
}

/** SP list-return-opts; list-return-opts = "RETURN" SP "(" [return-option *(SP return-option)] ")" */
function readReturn(reader: ArgumentReader): ListReturn {
  reader.expectSpace();
  reader.expectKeyword('RETURN');
  reader.expectSpace();
  let subscribed = false;
  let status: readonly StatusItem[] | undefined;
  let myRights = false;
  const readOption = () => {
    const option = reader.expectKeyword('SUBSCRIBED', 'CHILDREN', 'SPECIAL-USE', 'STATUS', 'MYRIGHTS');
    if (option === 'SUBSCRIBED') subscribed = true;
    if (option === 'STATUS') status = readStatus(reader);
    if (option === 'MYRIGHTS') myRights = true;
  };
  reader.expectList(readOption, { min: 0 });
  return { subscribed, status, myRights };
}

/** status-option = "STATUS" SP "(" status-att *(SP status-att) ")" (RFC 5819 section 4) */
function readStatus(reader: ArgumentReader): readonly StatusItem[] {
  reader.expectSpace();
  return expectStatusItems(reader);
}

import saslprep from '@mongodb-js/saslprep';
import { Malformed } from '../../base/errors.ts';
import { type RightsChange, rightsFromText } from '../../mail/rights.ts';
import type { ArgumentReader } from '../wire/argument-reader.ts';

/** Whom rights are given to or taken from (RFC 4314 section 2). */
export interface Identifier {
  /** Prepared, so that one person's name is one name, however it was typed; a `-` before it stays. */
  readonly prepared: string;
  /** What the client wrote. */
  readonly supplied: string;
}

/** SP identifier; identifier = astring. @throws Malformed for what cannot be anybody's name */
export function expectIdentifier(reader: ArgumentReader): Identifier {
  reader.expectSpace();
  const supplied = reader.expectAstringText("a user's name, $ and a group's name, or anyone");
  const negative = supplied.startsWith('-');
  const name = prepareName(negative ? supplied.slice(1) : supplied);
  return { prepared: negative ? `-${name}` : name, supplied };
}

/** RFC 4314 section 3: prepared with SASLprep; BAD for what that refuses and for an empty name. */
function prepareName(text: string): string {
  let name = '';
  try {
    // Unassigned in SASLprep's Unicode 3.2 are the characters of today's group names, too.
    name = saslprep(text, { allowUnassigned: true });
  } catch {
    throw new Malformed('The name has characters that no name can have');
  }
  if (name === '') throw new Malformed('A name is needed: of a user, $ and that of a group, or anyone');
  return name;
}

/** SP mod-rights; mod-rights = astring, with `+` or `-` before it to add or remove. @throws Malformed */
export function expectRightsChange(reader: ArgumentReader): RightsChange {
  reader.expectSpace();
  const text = reader.expectAstringText('rights such as lrs, +w or -w');
  const mode = text.startsWith('+') ? 'add' : text.startsWith('-') ? 'remove' : 'replace';
  const rights = rightsFromText(mode === 'replace' ? text : text.slice(1));
  // RFC 4314 3.1: an unrecognized right MUST be answered with BAD, never passed over
  if (rights === undefined) throw new Malformed(`Rights are the small letters ${KNOWN_RIGHTS}; there is no other`);
  return { mode, rights };
}

/** With `c` and `d` of RFC 2086, which are understood as well. */
const KNOWN_RIGHTS = 'lrswipkxteacd';

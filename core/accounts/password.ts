import saslprep from '@mongodb-js/saslprep';
import { UserError } from '../base/errors.ts';
import { passwordLimits } from '../base/limits.ts';
import type { Random } from '../base/random.ts';

/** Letters and digits that look like no other one in any common typeface: no i l o 0 1. */
const readable = 'abcdefghjkmnpqrstuvwxyz23456789';

/**
 * The one form of all ways to type a password (SASLprep, RFC 4013), as octets to hash. Never fails, so that what may be
 * set may be entered: characters newer than SASLprep's Unicode 3.2 (emoji) pass, and what it prohibits (mixed writing
 * directions) is kept in NFKC.
 */
export function preparePassword(password: string): Uint8Array {
  return Buffer.from(prepare(password));
}

function prepare(password: string): string {
  if (/^[\x20-\x7e]*$/.test(password)) return password; // SASLprep changes nothing in ASCII
  if (password.length > passwordLimits.longest) return password; // cannot have been set
  try {
    return saslprep(password, { allowUnassigned: true });
  } catch {
    return password.normalize('NFKC');
  }
}

/** Checks a new password. @throws UserError with the rule broken; the password is not in the text. */
export function checkPassword(password: string, userName: string): void {
  const length = [...password].length;
  if (length < passwordLimits.shortest) {
    throw new UserError(`A password needs at least ${passwordLimits.shortest} characters; this one has ${length}`);
  }
  if (password.length > passwordLimits.longest) {
    throw new UserError(`A password has at most ${passwordLimits.longest} characters`);
  }
  // U+FFFD stands for octets that were no UTF-8: whoever typed this saw something else.
  if (/[\p{Cc}\p{Cs}\uFFFD]/u.test(password)) {
    throw new UserError(
      'A password must not hold control characters (tab, line end) or characters that got lost on the way',
    );
  }
  if (!/[^\p{C}\p{Z}]/u.test(password)) throw new UserError('A password needs characters that can be seen');
  if (password.toLowerCase() === userName.toLowerCase()) {
    throw new UserError('The password must not be the user name: it is the first thing a stranger tries');
  }
}

/** A password to read out or copy by hand, such as `kq7m-x3ft-9wza-hb4n`: 79 bits. */
export function generatePassword(random: Random): string {
  const groups = Array.from({ length: passwordLimits.generated / 4 }, () => randomLetters(random, 4));
  return groups.join('-');
}

/** Each equally likely: octets beyond the last whole multiple of the alphabet are thrown away. */
function randomLetters(random: Random, count: number): string {
  const fair = 256 - (256 % readable.length);
  let letters = '';
  while (letters.length < count) {
    const [octet = 0] = random(1);
    if (octet < fair) letters += readable[octet % readable.length];
  }
  return letters;
}

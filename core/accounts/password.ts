import saslprep from '@mongodb-js/saslprep';
import { UserError } from '../base/errors.ts';
import { passwordLimits } from '../base/limits.ts';
import { normaliseUnicode } from '../base/normalise-unicode.ts';

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
    return normaliseUnicode(password, 'NFKC');
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

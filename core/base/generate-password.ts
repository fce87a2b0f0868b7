import { passwordLimits } from './limits.ts';
import type { Random } from './random.ts';

/** Letters and digits that look like no other one in any common typeface: no i l o 0 1. */
const readable = 'abcdefghjkmnpqrstuvwxyz23456789';

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

import { UserError } from '../base/errors.ts';
import { foldName } from '../base/fold-name.ts';
import { directoryLimits } from '../base/limits.ts';
import { normaliseUnicode } from '../base/normalise-unicode.ts';

export { foldName };

/** Words that access lists use for somebody else than a user (RFC 4314 section 2). */
const reserved: ReadonlySet<string> = new Set(['anyone', 'anonymous']);

/**
 * Checks the name of a new user or group and returns it as it is to be kept. Letters of any script: names live in this
 * file, in mailbox names (`#users/…`) and in access lists (`$sales`), never in file names. The first character keeps
 * `-karen` free, which means "all but karen" in access lists (RFC 4314 section 2), and `..` for nobody.
 * @throws UserError.
 */
export function checkName(name: string, whose: 'user' | 'group' = 'user'): string {
  const kept = normaliseUnicode(name, 'NFKC');
  if (!/^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._@-]*$/u.test(kept)) {
    throw new UserError(
      `${JSON.stringify(name)} is no ${whose} name: use letters, digits and . _ - @, a letter or digit first; for example ${whose === 'user' ? 'karen or karen@example.org' : 'sales'}`,
    );
  }
  if (kept.length > directoryLimits.name) {
    throw new UserError(`A ${whose} name has at most ${directoryLimits.name} characters; this one has ${kept.length}`);
  }
  if (reserved.has(foldName(kept))) {
    throw new UserError(`The name ${kept} has a meaning of its own in access lists; choose another`);
  }
  return kept;
}

import { UserError } from '../base/errors.ts';
import { parseAddress } from '../base/ip-network.ts';
import { accessLimits } from '../base/limits.ts';
import { type AccessRule, accessRulesSchema } from './access-rule.ts';
import { networkPlace } from './access-rule-text.ts';

/**
 * Reads the old text form, a rule a line: `!192.168.17.0 255.255.255.0 karen`. `!` denies, without it the line allows;
 * behind the address may stand a netmask, `/24` may be written at it, and with neither the line is about that one
 * address; then users, parted by spaces or commas. `#` begins a comment.
 * @throws UserError naming the line.
 */
export function accessRulesFromOldText(text: string): readonly AccessRule[] {
  const rules: AccessRule[] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const content = line.replace(/#.*$/, '').replace('\uFEFF', '').trim();
    if (content !== '') rules.push(ruleOf(content, index + 1));
    if (rules.length > accessLimits.rules)
      throw new UserError(
        `Line ${index + 1}: there are more than ${accessLimits.rules} rules; put some of them together`,
      );
  }
  return rules;
}

function ruleOf(content: string, line: number): AccessRule {
  const denies = content.startsWith('!');
  const [network = '', ...rest] = (denies ? content.slice(1) : content).trim().split(/[\s,]+/);
  const maskText = isIpv4(network.replace(/\/.*/, '')) && isIpv4(rest[0]) ? rest[0] : undefined;
  const prefix = maskText === undefined ? undefined : prefixOf(maskText, line);
  const place = networkPlace(prefix === undefined ? network : `${network}/${prefix}`);
  if (place === undefined) {
    throw new UserError(
      `Line ${line}: ${JSON.stringify(maskText === undefined ? network : `${network} ${maskText}`)} is no address. Write it like 192.168.17.0 255.255.255.0, 192.168.17.0/24 or 2001:db8::/32.`,
    );
  }
  const users = (maskText === undefined ? rest : rest.slice(1)).filter((user) => user !== '');
  return checked({ restrict: denies ? 'deny' : 'allow', ...place, users }, line);
}

function checked(rule: AccessRule, line: number): AccessRule {
  if (!accessRulesSchema.safeParse([rule]).success) {
    throw new UserError(
      `Line ${line}: behind the address stand a netmask and user names of at most 254 characters, no more than ${accessLimits.usersPerRule} of them`,
    );
  }
  return rule;
}

/** @throws UserError for a mask with holes, such as 255.0.255.0 */
function prefixOf(mask: string, line: number): number {
  const [word = 0] = parseAddress(mask) ?? [];
  const prefix = Math.clz32(~word >>> 0);
  if (prefix < 32 && (word << prefix) >>> 0 !== 0) {
    throw new UserError(`Line ${line}: ${mask} is no netmask. Masks are like 255.255.255.0: ones first, then zeros.`);
  }
  return prefix;
}

function isIpv4(text: string | undefined): text is string {
  return text !== undefined && !text.includes(':') && parseAddress(text) !== undefined;
}

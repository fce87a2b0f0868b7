import { parseNetwork } from '../base/ip-network.ts';
import type { AccessRule } from './access-rule.ts';
import type { ListText } from './setting.ts';

/** Rules in one line: `allow local, deny 192.168.17.0/24 karen bob, deny any`. */
export const accessRulesText: ListText<readonly AccessRule[]> = {
  write: (rules) => rules.map(ruleToText).join(', '),
  read(text) {
    if (text.trim() === '') return [];
    const rules = text.split(',').map(ruleFromText);
    return rules.every((rule) => rule !== undefined) ? rules : undefined;
  },
};

/** One of them, such as `deny 192.168.17.0/24 karen bob`. */
export function ruleToText({ restrict, users, ...place }: AccessRule): string {
  return [restrict, placeToText(place), ...users].join(' ');
}

function placeToText({ type, address, prefix }: Pick<AccessRule, 'type' | 'address' | 'prefix'>): string {
  return type === 'any' || type === 'local' ? type : `${address}/${prefix}`;
}

function ruleFromText(text: string): AccessRule | undefined {
  const [restrict = '', placeText = '', ...users] = text.trim().split(/\s+/);
  const place = placeFromText(placeText.toLowerCase());
  const word = restrict.toLowerCase();
  if (place === undefined || (word !== 'allow' && word !== 'deny')) return undefined;
  return { restrict: word, ...place, users };
}

function placeFromText(text: string): Pick<AccessRule, 'type' | 'address' | 'prefix'> | undefined {
  if (text === 'any' || text === 'local') return { type: text, address: '', prefix: 0 };
  return networkPlace(text);
}

/** `192.168.17.0/24`, or an address alone, as a rule has it; undefined for what is neither. */
export function networkPlace(text: string): Pick<AccessRule, 'type' | 'address' | 'prefix'> | undefined {
  if (parseNetwork(text) === undefined) return undefined;
  const [address = '', prefix] = text.split('/');
  const isIpv6 = address.includes(':');
  return {
    type: isIpv6 ? 'ipv6' : 'ipv4',
    address,
    prefix: prefix === undefined ? (isIpv6 ? 128 : 32) : Number(prefix),
  };
}

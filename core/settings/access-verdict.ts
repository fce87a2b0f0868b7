import { foldName } from '../base/fold-name.ts';
import { contains, type IpAddress, type IpNetwork, parseAddress, parseNetwork } from '../base/ip-network.ts';
import type { LocalNetworks } from '../base/local-networks.ts';
import type { AccessRule, RuleVerdict } from './access-rule.ts';
import { ruleToText } from './access-rule-text.ts';

type Local = Pick<LocalNetworks, 'contains'>;

/** A line of the rules, made ready to be held against many addresses. */
interface ReadyRule {
  readonly rule: AccessRule;
  /** Undefined for any and local. */
  readonly network: IpNetwork | undefined;
  /** Folded; empty = everyone. */
  readonly users: ReadonlySet<string>;
}

/**
 * What the rules say: the first line that fits decides; without lines everybody may come in; what no line allows is
 * refused. Text that is no address is refused.
 */
export class AccessVerdicts {
  readonly #rules: readonly ReadyRule[];
  readonly #local: Local;

  constructor(rules: readonly AccessRule[], local: Local) {
    this.#rules = rules.map((rule) => ({ rule, network: networkOf(rule), users: new Set(rule.users.map(foldName)) }));
    this.#local = local;
  }

  /** Without a user, lines with users do not fit. */
  of(address: string, user: string | undefined): RuleVerdict {
    if (this.#rules.length === 0) return { allowed: true, row: undefined, text: 'There are no restrictions' };
    const parsed = parseAddress(address);
    if (parsed === undefined)
      return { allowed: false, row: undefined, text: `${JSON.stringify(address)} is no address` };
    const folded = user === undefined ? undefined : foldName(user);
    const row = this.#rules.findIndex((ready) => isFor(ready, folded) && this.#fits(ready, address, parsed));
    const rule = this.#rules[row]?.rule;
    if (rule === undefined) return { allowed: false, row: undefined, text: 'No line fits, so it is refused' };
    return { allowed: rule.restrict === 'allow', row, text: `Line ${row + 1} decides: ${ruleToText(rule)}` };
  }

  /** Whether anybody at all could log in from an address. False means that nobody need even be greeted. */
  mayAnybody(address: string): boolean {
    if (this.#rules.length === 0) return true;
    const parsed = parseAddress(address);
    if (parsed === undefined) return false;
    const denied = new Set<string>();
    for (const ready of this.#rules) {
      if (!this.#fits(ready, address, parsed)) continue;
      const allows = ready.rule.restrict === 'allow';
      if (ready.users.size === 0) return allows;
      if (!allows) for (const user of ready.users) denied.add(user);
      else if (!ready.users.isSubsetOf(denied)) return true;
    }
    return false;
  }

  #fits({ rule, network }: ReadyRule, text: string, address: IpAddress): boolean {
    if (rule.type === 'any') return true;
    if (rule.type === 'local') return this.#local.contains(text);
    return network !== undefined && contains(network, address);
  }
}

/** What rules would say, as AccessVerdicts does. */
export function verdictOf(
  rules: readonly AccessRule[],
  address: string,
  user: string | undefined,
  local: Local,
): RuleVerdict {
  return new AccessVerdicts(rules, local).of(address, user);
}

/**
 * "Default for your LAN": this machine and the networks it is in, and nobody else.
 * @param networks of the machine's interfaces, such as `192.168.1.0/24`; without any, all local networks are let in
 */
export function lanDefault(networks: readonly string[]): readonly AccessRule[] {
  const own = networks.length === 0 ? ['local'] : ['127.0.0.0/8', '::1/128', ...networks];
  return [...own.map((place) => ruleFor('allow', place)), ruleFor('deny', 'any')];
}

function ruleFor(restrict: AccessRule['restrict'], place: string): AccessRule {
  if (place === 'any' || place === 'local') return { restrict, type: place, address: '', prefix: 0, users: [] };
  const [address = '', prefix] = place.split('/');
  return { restrict, type: address.includes(':') ? 'ipv6' : 'ipv4', address, prefix: Number(prefix), users: [] };
}

function isFor({ users }: ReadyRule, folded: string | undefined): boolean {
  return users.size === 0 || (folded !== undefined && users.has(folded));
}

function networkOf({ type, address, prefix }: AccessRule): IpNetwork | undefined {
  return type === 'any' || type === 'local' ? undefined : parseNetwork(`${address}/${prefix}`);
}

import type { NetworkInterfaceInfo } from 'node:os';
import type { Uptime } from './clock.ts';
import { contains, type IpNetwork, parseAddress, parseNetwork } from './ip-network.ts';
import { accessLimits } from './limits.ts';

/** What counts as "Local Networks": this machine, private and link-local addresses, and the networks it is in. */
export interface LocalNetworks {
  contains(address: string): boolean;
  /** Those that this machine's interfaces are in, such as `192.168.1.0/24`, without loopback. */
  readonly own: readonly string[];
}

/** RFC 1122 section 3.2.1.3, RFC 1918 section 3, RFC 3927, RFC 4193, RFC 4291 section 2.5.3 and 2.5.6 */
export const alwaysLocal = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
] as const;

/** @param own as text; asked at every use, so that a laptop may change its networks */
export function localNetworks(own: () => readonly string[]): LocalNetworks {
  const always = networksOf(alwaysLocal);
  let texts: readonly string[] = [];
  let networks: readonly IpNetwork[] = [];
  return {
    get own() {
      return own();
    },
    contains(text) {
      const address = parseAddress(text);
      if (address === undefined) return false;
      if (always.some((network) => contains(network, address))) return true;
      const present = own();
      if (present !== texts) [texts, networks] = [present, networksOf(present)];
      return networks.some((network) => contains(network, address));
    },
  };
}

/** The networks of this machine's interfaces, looked at anew now and then: asking the system at every connect is dear. */
export function machineNetworks(
  interfaces: () => NodeJS.Dict<NetworkInterfaceInfo[]>,
  uptime: Uptime,
): () => readonly string[] {
  let known: readonly string[] = [];
  let until = Number.NEGATIVE_INFINITY;
  return () => {
    if (uptime() >= until) {
      known = ownNetworks(interfaces());
      until = uptime() + accessLimits.interfacesKnown;
    }
    return known;
  };
}

/** The IPv4 addresses by which other computers of the networks reach this one, for people to type. */
export function machineAddresses(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): readonly string[] {
  // Addresses that a computer gives itself where nobody gave it one (RFC 3927) are gone tomorrow.
  return withoutLoopback(interfaces)
    .filter(({ family, address }) => family === 'IPv4' && !address.startsWith('169.254.'))
    .map(({ address }) => address);
}

function withoutLoopback(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): readonly NetworkInterfaceInfo[] {
  return Object.values(interfaces).flatMap((addresses = []) => addresses.filter(({ internal }) => !internal));
}

function ownNetworks(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): readonly string[] {
  const texts = withoutLoopback(interfaces).flatMap(({ cidr }) => (cidr === null ? [] : [networkText(cidr)]));
  return [...new Set(texts)];
}

/** `192.168.1.7/24` as `192.168.1.0/24`. */
function networkText(cidr: string): string {
  const network = parseNetwork(cidr);
  return network === undefined ? cidr : formatNetwork(network);
}

function formatNetwork({ address, prefix }: IpNetwork): string {
  const words = address.map((word, index) => {
    const bits = Math.min(32, Math.max(0, prefix - index * 32));
    return bits === 0 ? 0 : ((word >>> (32 - bits)) << (32 - bits)) >>> 0;
  });
  return `${words.length === 1 ? ipv4Text(words[0]!) : ipv6Text(words)}/${prefix}`;
}

function ipv4Text(word: number): string {
  return [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.');
}

function ipv6Text(words: readonly number[]): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]).map((group) => group.toString(16));
  const text = groups.join(':');
  // RFC 5952 section 4.2: the longest run of zeros is left out, the first of equals.
  const runs = text.match(/(?<![0-9a-f])0(:0)+(?![0-9a-f])/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return text;
  const at = text.search(new RegExp(`(?<![0-9a-f])${longest}(?![0-9a-f])`));
  const [before, behind] = [text.slice(0, at), text.slice(at + longest.length)];
  return `${before.replace(/:$/, '')}::${behind.replace(/^:/, '')}`;
}

function networksOf(texts: readonly string[]): readonly IpNetwork[] {
  return texts.map(parseNetwork).filter((network) => network !== undefined);
}

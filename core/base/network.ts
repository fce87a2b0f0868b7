import { isIPv4, isIPv6 } from 'node:net';

/** The address as text, an IPv4-mapped IPv6 address as the IPv4 address it stands for (RFC 4291 section 2.5.5.2). */
export function plainAddress(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(.+)$/i.exec(address)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : address;
}

/**
 * Whom an address stands for when something is counted per address: an IPv4 address for itself, an IPv6 address for its
 * /64, because whoever has one address of it has all of them (RFC 6177 section 2). Loopback has one address only. Other
 * text stays as it is.
 */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  // Asked several times at every connection: the colon tells most of them apart for a fraction of what isIPv6 takes.
  if (!plain.includes(':') || !isIPv6(plain) || plain === '::1') return plain;
  const [withoutZone = ''] = plain.split('%');
  const [head = '', tail] = withoutZone.split('::');
  const groups = groupsOf(head);
  if (tail !== undefined) {
    const behind = groupsOf(tail);
    // An IPv4 address at the end stands for two groups.
    const missing = 8 - groups.length - behind.length - (tail.includes('.') ? 1 : 0);
    groups.push(...Array<string>(missing).fill('0'), ...behind);
  }
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}

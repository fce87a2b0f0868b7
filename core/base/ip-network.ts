/** An address by its value: 32-bit numbers, one for IPv4, four for IPv6. An IPv4-mapped one is IPv4. */
export type IpAddress = readonly number[];

/** All addresses whose first `prefix` bits are those of `address`. */
export interface IpNetwork {
  readonly address: IpAddress;
  readonly prefix: number;
}

/** Undefined for what is no address. A zone (`%eth0`) counts for nothing. Pure: the window reads addresses too. */
export function parseAddress(text: string): IpAddress | undefined {
  const zone = text.indexOf('%');
  const plain = zone > 0 ? text.slice(0, zone) : text;
  if (!plain.includes(':')) return zone > 0 ? undefined : parseIpv4(plain);
  const words = parseIpv6(plain);
  // RFC 4291 section 2.5.5.2
  return words?.[0] === 0 && words[1] === 0 && words[2] === 0xffff ? words.slice(3) : words;
}

/**
 * `192.168.1.0/24`, `2001:db8::/32`, or an address alone, which is a network of one. Bits behind the prefix count for
 * nothing. Undefined for what is none. The prefix of an IPv4-mapped network counts from the first of 128 bits. IPv4
 * addresses are in no other IPv6 network: `::/0` is all of IPv6.
 */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [, addressText = '', prefixText] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = parseAddress(addressText);
  if (address === undefined) return undefined;
  const bits = address.length * 32;
  const ahead = addressText.includes(':') ? 128 - bits : 0;
  const written = prefixText === undefined ? ahead + bits : Number(prefixText);
  return written <= ahead + bits ? { address, prefix: Math.max(0, written - ahead) } : undefined;
}

export function contains(network: IpNetwork, address: IpAddress): boolean {
  if (network.address.length !== address.length) return false;
  for (let word = 0, left = network.prefix; left > 0; word += 1, left -= 32) {
    const differing = (network.address[word]! ^ address[word]!) >>> 0;
    if (left >= 32 ? differing !== 0 : differing >>> (32 - left) !== 0) return false;
  }
  return true;
}

function parseIpv4(text: string): IpAddress | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let value = 0;
  for (const digits of match.slice(1)) {
    // 010 is 10 to some and 8 to others.
    if (Number(digits) > 255 || (digits.length > 1 && digits.startsWith('0'))) return undefined;
    value = value * 256 + Number(digits);
  }
  return [value];
}

/** RFC 4291 section 2.2: eight groups, one run of zeros left out as `::`, the last two perhaps as an IPv4 address. */
function parseIpv6(text: string): IpAddress | undefined {
  const [head = '', tail, more] = text.split('::');
  if (more !== undefined) return undefined;
  const before = groupsOf(head, tail === undefined);
  const behind = tail === undefined ? [] : groupsOf(tail, true);
  if (before === undefined || behind === undefined) return undefined;
  const missing = 8 - before.length - behind.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array<number>(missing).fill(0), ...behind];
  return [0, 2, 4, 6].map((at) => groups[at]! * 65_536 + groups[at + 1]!);
}

function groupsOf(text: string, atEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const value = atEnd && index === parts.length - 1 ? parseIpv4(part)?.[0] : undefined;
      if (value === undefined) return undefined;
      groups.push(value >>> 16, value & 0xffff);
    }
  }
  return groups;
}

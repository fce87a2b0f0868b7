import { isIPv4 } from 'node:net';

/** The address as text, an IPv4-mapped IPv6 address as the IPv4 address it stands for (RFC 4291 section 2.5.5.2). */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(.+)$/i.exec(address)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : address;
}

/** True for an address of this machine itself that no wire leads to. */
export function isLoopback(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}

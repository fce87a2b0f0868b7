import { isIPv4 } from 'node:net';

/** True for an address of this machine itself that no wire leads to. */
export function isLoopback(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}

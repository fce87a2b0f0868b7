import { UserError } from './errors.ts';
import { contains, parseAddress, parseNetwork } from './ip-network.ts';
import type { LocalNetworks } from './local-networks.ts';

/**
 * IPv4 networks that are not the internet, beside the local ones (RFC 6890 section 2.2.2, RFC 6598, RFC 5771, RFC 1112
 * section 4).
 */
const noInternet = [
  '0.0.0.0/8',
  '100.64.0.0/10',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  // Of IPv6's internet: IETF protocols with Teredo, documentation, and 6to4, which has IPv4 addresses in it (RFC 6890
  // section 2.2.3, RFC 3056).
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
].map((text) => parseNetwork(text)!);

/** All of IPv6 that is the internet (RFC 4291 section 2.4): also keeps out NAT64, which has IPv4 addresses in it. */
const internet6 = parseNetwork('2000::/3')!;

/** Whether an address is on the internet: not this computer, nothing in its networks or in other private ones. */
export function isPublicAddress(text: string, localNetworks: LocalNetworks): boolean {
  const address = parseAddress(text);
  if (address === undefined || localNetworks.contains(text)) return false;
  if (address.length > 1 && !contains(internet6, address)) return false;
  return !noInternet.some((network) => contains(network, address));
}

/**
 * Where a name leads, for connecting to that very address: asked again, a name may lead elsewhere (DNS rebinding).
 * @param lookUp all addresses of a name, in the order they are to be tried; rejects when there are none
 * @throws UserError in one text for names that are unknown and names inside our networks: which of them there are is
 *   nobody's business
 */
export async function publicAddressOf(
  host: string,
  localNetworks: LocalNetworks,
  lookUp: (host: string) => Promise<readonly string[]>,
): Promise<string> {
  const addresses = await lookUp(host).catch((): readonly string[] => []);
  const [first] = addresses;
  if (first !== undefined && addresses.every((address) => isPublicAddress(address, localNetworks))) return first;
  throw new UserError(`${host} is no server on the internet; check how it is spelled`);
}

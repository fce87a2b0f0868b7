import { isIP } from 'node:net';
import { contains, parseAddress, parseNetwork } from '../../base/ip-network.ts';
import { alwaysLocal } from '../../base/local-networks.ts';

/** The extension's number (RFC 5280 section 4.2.1.10). */
export const NAME_CONSTRAINTS = '2.5.29.30';

/**
 * What an authority for these names permits: each name with all below it, `.local`, by which Macs and phones find computers,
 * and private networks. Addresses change in an office, and nobody outside has those.
 */
export function permittedFor(names: readonly string[]): readonly string[] {
  const hosts = names.filter((name) => isIP(name) === 0);
  return [...new Set([...hosts, 'local', 'localhost', ...alwaysLocal])];
}

/** Whether a certificate for that name or address would be believed. */
export function permits(permitted: readonly string[], name: string): boolean {
  const address = parseAddress(name);
  if (address === undefined) return permitted.some((each) => name === each || name.endsWith(`.${each}`));
  return permitted.some((each) => {
    const network = parseNetwork(each);
    return network !== undefined && contains(network, address);
  });
}

// NameConstraints ::= SEQUENCE { permittedSubtrees [0] SEQUENCE OF SEQUENCE { base GeneralName } }
export function nameConstraints(permitted: readonly string[]): ArrayBuffer {
  const subtrees = permitted.map((each) => tagged(SEQUENCE, generalName(each)));
  return Uint8Array.from(tagged(SEQUENCE, tagged(PERMITTED, Buffer.concat(subtrees)))).buffer;
}

const SEQUENCE = 0x30;
const PERMITTED = 0xa0;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

/** A name; or a network as its address and its mask, in octets. */
function generalName(permitted: string): Buffer {
  const network = parseNetwork(permitted);
  if (network === undefined) return tagged(DNS_NAME, Buffer.from(permitted, 'ascii'));
  const octets = network.address.flatMap((word) => [word >>> 24, (word >> 16) & 0xff, (word >> 8) & 0xff, word & 0xff]);
  const mask = octets.map((_, i) => 0xff & ~(0xff >> Math.max(0, Math.min(8, network.prefix - 8 * i))));
  return tagged(IP_ADDRESS, Buffer.from([...octets, ...mask]));
}

/** DER: tag, length, content. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length > 0xffff) throw new Error('longer than any list of names');
  const size = length < 0x80 ? [length] : length <= 0xff ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

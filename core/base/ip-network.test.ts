import { BlockList, isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, parseAddress, parseNetwork } from './ip-network.ts';

const anyAddress = fc.oneof(fc.ipV4(), fc.ipV6());
const family = (address: string) => (address.includes(':') ? 'ipv6' : 'ipv4');

describe('an address', () => {
  it('is one exactly when Node takes it for one, so that no rule is passed by in a strange spelling', () => {
    const pieces = fc.constantFrom(
      '1',
      '0',
      '255',
      '256',
      '01',
      '.',
      ':',
      '::',
      'ffff',
      'FFFFF',
      'g',
      '1.2.3.4',
      ' ',
      '',
    );
    const text = fc.oneof(
      anyAddress,
      fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (address) => {
        expect(parseAddress(address) !== undefined).toBe(isIPv4(address) || isIPv6(address));
      }),
      { numRuns: 2_000 },
    );
  });

  it('that is IPv4 in IPv6 clothes is IPv4, and a zone counts for nothing', () => {
    expect(parseAddress('::ffff:192.168.1.7')).toEqual(parseAddress('192.168.1.7'));
    expect(parseAddress('::FFFF:c0a8:107')).toEqual(parseAddress('192.168.1.7'));
    expect(parseAddress('fe80::1%eth0')).toEqual(parseAddress('fe80::1'));
    for (const text of ['', '%', '1.2.3.4%eth0', '010.1.1.1', '1.2.3', '1.2.3.4.5', '::1::', '1:2:3:4:5:6:7', ' ::1']) {
      expect(parseAddress(text)).toBeUndefined();
    }
  });
});

describe('a network', () => {
  it('holds the addresses that Node says it holds', () => {
    const network = anyAddress.chain((address) =>
      fc.record({
        address: fc.constant(address),
        prefix: fc.integer({ min: 0, max: family(address) === 'ipv6' ? 128 : 32 }),
      }),
    );
    // Near ones too: random addresses share no bits.
    const near = network.chain(({ address, prefix }) =>
      fc.record({
        network: fc.constant({ address, prefix }),
        other: fc.oneof(
          anyAddress,
          fc.constant(address),
          fc
            .nat()
            .map((number) => changed(address, number))
            .filter((text) => parseAddress(text) !== undefined),
        ),
      }),
    );
    fc.assert(
      fc.property(near, ({ network: { address, prefix }, other }) => {
        const list = new BlockList();
        list.addSubnet(address, prefix, family(address));
        const sameFamily = parseAddress(address)?.length === parseAddress(other)?.length;
        const held = contains(parseNetwork(`${address}/${prefix}`)!, parseAddress(other)!);
        // To Node, ::/0 holds IPv4 too.
        expect(held).toBe(sameFamily && list.check(other, family(other)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('alone is one address, and cannot be longer than an address', () => {
    expect(parseNetwork('10.0.0.5')).toEqual(parseNetwork('10.0.0.5/32'));
    expect(parseNetwork('2001:db8::5')).toEqual(parseNetwork('2001:db8::5/128'));
    expect(parseNetwork('::ffff:10.0.0.0/104')).toEqual(parseNetwork('10.0.0.0/8'));
    expect(parseNetwork('::ffff:10.0.0.0/80')).toEqual(parseNetwork('10.0.0.0/0'));
    for (const text of ['', '/8', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '::/129', '10.0.0.0/8/8', 'fe80::%1/10']) {
      expect(parseNetwork(text)).toBeUndefined();
    }
  });
});

/** The address with some of its last digits changed. */
function changed(address: string, number: number): string {
  return address.replace(/[0-9a-f]$/i, (digit) => ((Number.parseInt(digit, 16) + number) % 10).toString());
}

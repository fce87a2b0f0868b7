import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from './network.ts';

describe('whom an address stands for', () => {
  it('counts all addresses of one IPv6 network as one, so that nobody has 2^64 of them', () => {
    for (const address of [
      '2001:db8:0:7::1',
      '2001:DB8::7:a:b:c:d',
      '2001:0db8:0000:0007:ffff::',
      '2001:db8:0:7::1%eth0',
    ]) {
      expect(networkOf(address)).toBe('2001:db8:0:7::/64');
    }
    expect(networkOf('2001:db8:0:8::1')).toBe('2001:db8:0:8::/64');
    expect(networkOf('::1')).toBe('::1');
    expect(networkOf('::2')).toBe('0:0:0:0::/64');
    expect(networkOf('1:2::3:4.5.6.7')).toBe('1:2:0:0::/64');
  });

  it('keeps IPv4 addresses and other text apart', () => {
    expect(networkOf('::ffff:192.168.1.7')).toBe('192.168.1.7');
    for (const text of ['192.168.1.7', '192.168.1.8', '', 'pipe', '::::']) expect(networkOf(text)).toBe(text);
  });

  it('does not depend on how the last 64 bits are', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((number) => number.toString(16));
    const half = fc.array(group, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(half, half, half, (network, one, other) => {
        expect(networkOf([...network, ...one].join(':'))).toBe(networkOf([...network, ...other].join(':')));
      }),
    );
  });
});

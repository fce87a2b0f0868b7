import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { accessLimits } from './limits.ts';
import { localNetworks, machineAddresses, machineNetworks } from './local-networks.ts';

describe('local networks', () => {
  it('are this machine, private and link-local addresses, and no others', () => {
    const local = localNetworks(() => []);
    const inside = [
      '127.0.0.1',
      '127.9.9.9',
      '10.255.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.0.1',
      '169.254.7.7',
    ];
    const inside6 = ['::1', 'fe80::1%eth0', 'fd00::1', 'fc00::', '::ffff:192.168.1.7'];
    for (const address of [...inside, ...inside6]) expect([address, local.contains(address)]).toEqual([address, true]);
    const outside = [
      '8.8.8.8',
      '172.15.255.255',
      '172.32.0.0',
      '11.0.0.1',
      '192.169.0.1',
      '2001:db8::1',
      '::',
      '',
      'x',
    ];
    for (const address of [...outside, '::ffff:8.8.8.8'])
      expect([address, local.contains(address)]).toEqual([address, false]);
  });

  it('are also those the machine is in, of today and not of yesterday', () => {
    let own: readonly string[] = ['203.0.113.0/24', '2001:db8:7::/64'];
    const local = localNetworks(() => own);
    expect([local.contains('203.0.113.9'), local.contains('2001:db8:7::9')]).toEqual([true, true]);
    own = ['198.51.100.0/24'];
    expect([local.contains('203.0.113.9'), local.contains('198.51.100.9')]).toEqual([false, true]);
  });
});

describe("the machine's networks", () => {
  const card = (cidr: string | null, internal = false) => ({ cidr, internal }) as NetworkInterfaceInfo;

  it('are those of its interfaces, each once, as networks', () => {
    const networks = machineNetworks(
      () => ({
        lo: [card('127.0.0.1/8', true), card('::1/128', true)],
        eth0: [card('192.168.1.7/24'), card('fe80::1:2:3:4/64'), card('2001:db8:0:1:2::9/64')],
        wlan0: [card('192.168.1.8/24'), card(null)],
        vpn: [card('10.200.129.77/17')],
        gone: undefined,
      }),
      () => 0,
    );
    expect(networks()).toEqual(['192.168.1.0/24', 'fe80::/64', '2001:db8:0:1::/64', '10.200.128.0/17']);
  });

  it('are asked of the system now and then only, because a storm of connections asks every time', () => {
    let now = 0;
    let asked = 0;
    const networks = machineNetworks(
      () => {
        asked += 1;
        return {};
      },
      () => now,
    );
    for (let connection = 0; connection < 1_000; connection += 1) networks();
    expect(asked).toBe(1);
    now += accessLimits.interfacesKnown;
    networks();
    expect(asked).toBe(2);
  });
});

it('names for people the addresses that others reach, and none that is gone tomorrow', () => {
  const at = (address: string, internal = false) => {
    const family = address.includes(':') ? 'IPv6' : 'IPv4';
    return { address, internal, family, netmask: '', mac: '', cidr: null, scopeid: 0 } as NetworkInterfaceInfo;
  };
  const addresses = machineAddresses({
    lo: [at('127.0.0.1', true)],
    eth0: [at('192.168.1.5'), at('fe80::1')],
    wlan0: [at('169.254.7.7'), at('10.0.0.5')],
    gone: undefined,
  });
  expect(addresses).toEqual(['192.168.1.5', '10.0.0.5']);
});

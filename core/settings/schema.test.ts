import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../base/errors.ts';
import { bindingsFromText, bindingsToText } from './binding.ts';
import { checkSetting, settingFromText, settingKey, settingToText } from './check.ts';
import { definitionOf, type SettingKey, settingKeys } from './schema.ts';

describe('every setting', () => {
  it.each(settingKeys)('%s has a default that it accepts and can be written and read as text', (key) => {
    const definition = definitionOf(key);
    expect(checkSetting(key, definition.default)).toEqual(definition.default);
    expect(settingFromText(key, settingToText(key, definition.default))).toEqual(definition.default);
    expect(definition.label).not.toBe('');
    expect(definition.help.length).toBeGreaterThan(20);
  });

  it.each([
    ['imap4.general.serviceName', ['', 'x'.repeat(65), 'a\r\nb', 'a]b', '\u0000', 5, null]],
    ['imap4.general.enabled', ['yes', 1, null]],
    ['imap4.general.requireEncryptedAuthentication', ['true', 0]],
    ['imap4.general.autoLogout', [29, 1_441, 30.5, '30', Number.NaN, Number.POSITIVE_INFINITY, -30]],
    ['imap4.general.maxMessageSize', [0, 257, 1.5, '10']],
    ['imap4.advanced.idleHeartbeat', [1, 9, 1_741, -1, '120']],
    ['imap4.general.bandwidthLimit', [-1, 1_000_001, 0.5, '1']],
    ['imap4.access.rules', [null, 'allow any', [{}], [{ restrict: 'allow', type: 'any' }]]],
    ['imap4.advanced.fakeInaccessibleMailboxes', ['on', 1]],
    ['imap4.advanced.keepDateAndFlagsOnCopy', ['on', 1]],
    ['imap4.advanced.maxFailedLogins', [-1, 101, 2.5, [3]]],
    ['imap4.advanced.concurrentLoginsPerUser', [-1, 10_001, 2.5, '20', null]],
    ['imap4.advanced.concurrentLoginsPerAddress', [-1, 10_001, 2.5, '20', null]],
    ['imap4.advanced.whenLimitReached', ['', 'Refuse', 'close', true]],
    [
      'imap4.advanced.limitExemptAddresses',
      ['10.0.0.1', [''], ['localhost'], ['10.0.0.0/33'], Array.from({ length: 1_001 }, () => '10.0.0.1')],
    ],
    ['security.lockouts.wrongPasswords', [-1, 101]],
    ['security.lockouts.lockMinutes', [0, 10_081, 1.5]],
    ['security.lockouts.addressFailures', [-1, 1_001]],
    ['security.lockouts.windowMinutes', [0, 1_441]],
    ['security.lockouts.blockMinutes', [0, 10_081]],
    ['security.lockouts.blockLocalNetworks', [0, 'off']],
    ['quota.octets', [-1, 10_000_001, 0.5]],
    ['quota.messages', [-1, 100_000_001, 0.5]],
    ['clients.serverName', ['a b', '.', 'a..b', 'a.', '-a', '*.example.org', '10.0.0.1', 'x'.repeat(254), '<a>', 5]],
    ['clients.mailDomain', ['@example.org', 'example.org.']],
    ['clients.loginName', ['', 'name']],
    ['clients.outgoing.host', ['smtp.example.org:465', '::1']],
    ['clients.outgoing.port', [0, 65_536, '465']],
    ['clients.outgoing.encryption', ['none', '']],
    ['clients.autoconfig.enabled', ['on', 1]],
    ['clients.autoconfig.address', ['', 'localhost']],
    ['clients.autoconfig.port', [0, 65_536]],
    ['clients.autoconfig.tlsPort', [-1, 65_536]],
    ['admin.address', ['', 'localhost', 'example.org', '300.1.1.1', '127.0.0.1:80']],
    ['admin.port', [-1, 65_536, '80']],
    ['admin.tls', ['on', 1]],
    ['power.keepAwake', ['on', 1]],
    [
      'updates.feed',
      [
        ...['http://example.org/', 'file:///srv/mailroom', 'example.org', 'https://', 'https://a b/', 5, null],
        ...['https://karen:secret@example.org/', 'https://example.org/?key=1', 'http://127.0.0.1.example.org/'],
        `https://example.org/${'x'.repeat(2_000)}`,
      ],
    ],
    [
      'imap4.general.bindings',
      [
        null,
        '*:143/starttls',
        [{ address: '*', port: 0, encryption: 'tls' }],
        [{ address: '*', port: 65_536, encryption: 'tls' }],
        [{ address: '*', port: 143, encryption: 'none' }],
        [{ address: 'example.org', port: 143, encryption: 'tls' }],
        [{ address: '300.1.1.1', port: 143, encryption: 'tls' }],
        [{ address: '*', port: 143, encryption: 'tls', more: 1 }],
        [
          { address: '::1', port: 143, encryption: 'tls' },
          { address: '::1', port: 143, encryption: 'starttls' },
        ],
        Array.from({ length: 17 }, (_, index) => ({ address: '*', port: index + 1, encryption: 'tls' })),
      ],
    ],
  ] as const)('%s refuses what would harm or cannot be, and says what can', (key, values) => {
    for (const value of values) {
      expect(() => checkSetting(key, value)).toThrow(UserError);
      expect(() => checkSetting(key, value)).toThrow(`${key} must be ${definitionOf(key).range}`);
      expect(() => checkSetting(key, value)).toThrow(
        `for example: ${settingToText(key, definitionOf(key).default as never)}`,
      );
    }
  });

  it('of the Advanced page stands where the page shows it', () => {
    const page = 'imap4.advanced.';
    expect(settingKeys.filter((key) => key.startsWith(page)).map((key) => key.slice(page.length))).toEqual([
      'fakeInaccessibleMailboxes',
      'keepDateAndFlagsOnCopy',
      'supportIdle',
      'idleHeartbeat',
      'maxFailedLogins',
      'concurrentLoginsPerUser',
      'concurrentLoginsPerAddress',
      'whenLimitReached',
      'limitExemptAddresses',
    ]);
  });

  it('that is a number says what 0 means when 0 may be given', () => {
    for (const key of settingKeys) {
      const { default: standard, schema, zero } = definitionOf(key);
      if (typeof standard === 'number') expect([key, schema.safeParse(0).success]).toEqual([key, zero !== undefined]);
    }
  });

  it('with choices accepts each of them, in any case when it is written', () => {
    for (const key of settingKeys) {
      for (const { value } of definitionOf(key).choices ?? []) {
        expect(settingFromText(key, ` ${String(value).toUpperCase()} `)).toBe(value);
      }
    }
  });

  it('never ends a session sooner than RFC 9051 section 5.4 allows', () => {
    expect(() => checkSetting('imap4.general.autoLogout', 29)).toThrow(UserError);
    expect(checkSetting('imap4.general.autoLogout', 30)).toBe(30);
  });

  it('that does not exist is answered with those that may have been meant', () => {
    expect(() => settingKey('supportIdle')).toThrow('Did you mean imap4.advanced.supportIdle?');
    for (const key of ['', 'constructor', '__proto__', 'toString', 'imap4', 'imap4.general']) {
      expect(() => settingKey(key)).toThrow(UserError);
    }
    expect(settingKey('imap4.advanced.supportIdle')).toBe('imap4.advanced.supportIdle');
  });
});

describe('values as people write them', () => {
  it.each([
    ['imap4.advanced.supportIdle', 'on', true],
    ['imap4.advanced.supportIdle', ' YES ', true],
    ['imap4.advanced.supportIdle', 'off', false],
    ['imap4.advanced.supportIdle', '0', false],
    ['imap4.advanced.maxFailedLogins', '5', 5],
    ['imap4.general.serviceName', ' Post ', ' Post '],
  ] as const)('%s: %j', (key, text, value) => {
    expect(settingFromText(key as SettingKey, text)).toBe(value);
  });

  it.each([
    ['imap4.advanced.supportIdle', ''],
    ['imap4.advanced.supportIdle', 'perhaps'],
    ['imap4.advanced.maxFailedLogins', ''],
    ['imap4.advanced.maxFailedLogins', '3 or so'],
    ['imap4.advanced.maxFailedLogins', '0x10'],
    ['imap4.advanced.maxFailedLogins', '1e1'],
    ['imap4.advanced.whenLimitReached', 'perhaps'],
    ['imap4.advanced.limitExemptAddresses', '10.0.0.1,'],
    ['imap4.advanced.limitExemptAddresses', '10.0.0.1 10.0.0.2'],
    ['imap4.access.rules', 'allow'],
    ['imap4.access.rules', 'allow any,'],
    ['imap4.access.rules', 'allow nowhere'],
    ['imap4.access.rules', 'perhaps any'],
    ['imap4.access.rules', 'allow 10.0.0.0/33'],
    ['imap4.general.bindings', 'everywhere'],
    ['imap4.general.bindings', '*:143'],
    ['imap4.general.bindings', '::1:143/tls'],
    ['imap4.general.bindings', '*:143/starttls,'],
  ] as const)('%s is not taken for anything when it is %j', (key, text) => {
    expect(() => settingFromText(key, text)).toThrow(UserError);
  });

  it('are bindings in one line, and none at all is possible', () => {
    const bindings = [
      { address: '*', port: 143, encryption: 'starttlsRequired' },
      { address: '::1', port: 993, encryption: 'tls' },
      { address: '127.0.0.1', port: 143, encryption: 'starttls' },
    ] as const;
    expect(bindingsToText(bindings)).toBe('*:143/starttlsRequired, [::1]:993/tls, 127.0.0.1:143/starttls');
    expect(
      settingFromText('imap4.general.bindings', '*:143/STARTTLSrequired,[::1]:993/TLS , 127.0.0.1:143/starttls'),
    ).toEqual(bindings);
    expect(settingFromText('imap4.general.bindings', ' ')).toEqual([]);
  });

  it('are networks in one line, in any number', () => {
    const key = 'imap4.advanced.limitExemptAddresses';
    const networks = ['10.0.0.5', '192.168.1.0/24', '2001:db8::/32'];
    expect(settingFromText(key, '10.0.0.5,192.168.1.0/24 , 2001:db8::/32')).toEqual(networks);
    expect(settingToText(key, networks)).toBe('10.0.0.5, 192.168.1.0/24, 2001:db8::/32');
    expect(settingFromText(key, '')).toEqual([]);
  });

  it('are access rules in one line', () => {
    const key = 'imap4.access.rules';
    expect(settingToText(key, settingFromText(key, 'Allow LOCAL,deny 192.168.17.0/24  karen bob, allow ::1'))).toBe(
      'allow local, deny 192.168.17.0/24 karen bob, allow ::1/128',
    );
    expect(settingFromText(key, ' ')).toEqual([]);
  });

  it('come back from text as they were', () => {
    const binding = fc.record({
      address: fc.oneof(
        fc.constant('*'),
        fc.ipV4(),
        fc.ipV6().filter((address) => !address.includes('.')),
      ),
      port: fc.integer({ min: 1, max: 65_535 }),
      encryption: fc.constantFrom('starttls' as const, 'starttlsRequired' as const, 'tls' as const),
    });
    fc.assert(
      fc.property(fc.array(binding, { maxLength: 16 }), (bindings) => {
        expect(bindingsFromText(bindingsToText(bindings))).toEqual(
          bindings.map((each) => ({ ...each, address: each.address.toLowerCase() })),
        );
      }),
    );
  });
});

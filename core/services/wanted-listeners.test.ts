import { describe, expect, it } from 'vitest';
import type { Binding } from '../settings/binding.ts';
import { type BindingSystem, bind } from './bind.ts';
import { type ListenOverrides, wantedListeners } from './wanted-listeners.ts';

const defaults: readonly Binding[] = [
  { address: '*', port: 143, encryption: 'starttls' },
  { address: '*', port: 993, encryption: 'tls' },
];

const BINDINGS = { port: 'imap4.general.bindings', address: 'imap4.general.bindings' };

const silent = { greetingAt: async () => undefined };
const linux: BindingSystem = {
  ...{ platform: 'linux', probe: () => Promise.reject(new Error('asked for nothing')) },
  ...silent,
};

/** Listens where `refused` says nothing, and fails with its error code elsewhere; port 0 becomes 4000. */
async function tried(
  refused: Readonly<Record<number, string>>,
  overrides: ListenOverrides = {},
  bindings = defaults,
  system: BindingSystem = linux,
): Promise<{ places: string[]; said: string[] }> {
  const listen = async ({ address, port, encryption }: Binding) => {
    const code = refused[port];
    if (code !== undefined) throw Object.assign(new Error(code), { code });
    return `${address}:${port || 4000}/${encryption}`;
  };
  const bound = await Promise.all(
    wantedListeners(bindings, overrides).map((place) => bind(place, listen, BINDINGS, system)),
  );
  return {
    places: bound.flatMap(({ listener }) => listener ?? []),
    said: bound.flatMap(({ problem }) => problem ?? []),
  };
}

describe('where a service listens', () => {
  it('says what else is to be done when clients do not ask where it listens instead', async () => {
    const [wanted] = wantedListeners(defaults, {});
    const listen = async ({ port }: Binding) => {
      if (port === 143) throw Object.assign(new Error(), { code: 'EACCES' });
      return port;
    };
    const { listener, problem } = await bind(wanted!, listen, { ...BINDINGS, whenMoved: 'Move them.' }, linux);
    expect(listener).toBe(1143);
    expect(problem).toMatch(/using 1143 instead\. Move them\.$/);
  });

  it('falls back to ports anybody may use when the usual ones cannot be had, and says why', async () => {
    expect(await tried({ 143: 'EACCES', 993: 'EADDRINUSE' })).toEqual({
      places: ['*:1143/starttls', '*:1993/tls'],
      said: [
        'Port 143 needs rights this user does not have; using 1143 instead.',
        'Port 993 is used by another program; using 1993 instead.',
      ],
    });
  });

  it('says whose the port is: an old mail server that still runs, or a second person’s Mailroom with no mail in it', async () => {
    const greets = (greeting: string) => ({ ...linux, greetingAt: async () => greeting });
    const [old] = (
      await tried({ 143: 'EADDRINUSE' }, {}, defaults, greets('* OK [CAPABILITY IMAP4rev1] hMail\u001b[2J'))
    ).said;
    expect(old).toMatch(/^Port 143 is used by another program, which says "\* OK hMail\?\[2J"; using 1143 instead/);
    const [ours] = (await tried({ 143: 'EADDRINUSE' }, {}, defaults, greets('* OK Mailroom IMAP4 ready'))).said;
    expect(ours).toMatch(/is used by another Mailroom on this computer.*one is enough for everybody/);
  });

  it('sees on Windows another program that has the port on one address: it would get our clients', async () => {
    for (const taken of ['0.0.0.0', '127.0.0.1', '::1']) {
      const probe = async (host: string, port: number) => {
        const code = host === taken && port === 143 ? 'EADDRINUSE' : 'EADDRNOTAVAIL'; // a PC without IPv6
        throw Object.assign(new Error(code), { code });
      };
      expect(await tried({}, {}, defaults, { platform: 'win32', probe, ...silent })).toEqual({
        places: ['*:1143/starttls', '*:993/tls'],
        said: ['Port 143 is used by another program; using 1143 instead.'],
      });
    }
  });

  it('says on Windows that a port is reserved, and how to see which are: nobody needs rights there', async () => {
    const windows: BindingSystem = { platform: 'win32', probe: async () => undefined, ...silent };
    const { said } = await tried({ 143: 'EACCES' }, {}, defaults, windows);
    expect(said).toEqual([
      expect.stringMatching(/^Port 143 is reserved .*"netsh int ipv4 show excludedportrange tcp".*; using 1143/),
    ]);
  });

  it('never moves a port that somebody chose: a client would look for it in vain', async () => {
    expect(await tried({ 143: 'EACCES' }, { imapPort: 143 })).toEqual({
      places: ['*:993/tls'],
      said: [
        'Cannot listen on * port 143: the port needs rights this user does not have; choose another port with --imap-port (0 = any free one)',
      ],
    });
    const chosen: Binding[] = [{ address: '*', port: 2993, encryption: 'tls' }];
    const { places, said } = await tried({ 2993: 'EADDRINUSE' }, {}, chosen);
    expect(places).toEqual([]);
    expect(said[0]).toMatch(/port 2993: .* choose another port in the setting imap4\.general\.bindings$/);
  });

  it('names the remedy when the fallback is taken too', async () => {
    const { places, said } = await tried({ 993: 'EADDRINUSE', 1993: 'EADDRINUSE' });
    expect(places).toEqual(['*:143/starttls']);
    expect(said[0]).toMatch(/port 1993: .* choose another port/);
  });

  it('names the remedy for an address that is not of this machine, where it was chosen', async () => {
    const { said } = await tried({ 143: 'EADDRNOTAVAIL' }, { host: '192.0.2.1' });
    expect(said[0]).toMatch(/192\.0\.2\.1 .*is none of this computer.*--host/);
    expect((await tried({ 143: 'EADDRNOTAVAIL' })).said[0]).toMatch(/imap4\.general\.bindings/);
  });

  it('says what the system said when nobody has met that before', async () => {
    expect((await tried({ 143: 'EWHATEVER' })).said[0]).toContain('EWHATEVER');
  });

  it('does as the options say, whatever the settings have', async () => {
    const two: Binding[] = [
      { address: '192.0.2.1', port: 143, encryption: 'starttlsRequired' },
      { address: '192.0.2.2', port: 143, encryption: 'starttls' },
    ];
    expect((await tried({}, { host: '127.0.0.1', imapPort: 0, imapsPort: 0 }, two)).places).toEqual([
      '127.0.0.1:4000/starttlsRequired',
      '127.0.0.1:4000/tls',
    ]);
    expect((await tried({}, {}, two)).places).toEqual(['192.0.2.1:143/starttlsRequired', '192.0.2.2:143/starttls']);
  });
});

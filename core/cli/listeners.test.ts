import { describe, expect, it } from 'vitest';
import { UserError } from '../base/errors.ts';
import type { Binding } from '../settings/binding.ts';
import { type ListenOptions, listenAt, wantedListeners } from './listeners.ts';

const defaults: readonly Binding[] = [
  { address: '*', port: 143, encryption: 'starttls' },
  { address: '*', port: 993, encryption: 'tls' },
];

/** Listens where `refused` says nothing, and fails with its error code elsewhere; port 0 becomes 4000. */
async function tried(
  refused: Readonly<Record<number, string>>,
  options: ListenOptions = {},
  bindings = defaults,
): Promise<{ places: string[]; said: string[] }> {
  const said: string[] = [];
  const listen = async ({ port }: { port: number }) => {
    const code = refused[port];
    if (code !== undefined) throw Object.assign(new Error(code), { code });
    return port || 4000;
  };
  const listeners = await listenAt({ listen }, wantedListeners(bindings, options), (line) => said.push(line));
  return { places: listeners.map(({ address, port, encryption }) => `${address}:${port}/${encryption}`), said };
}

describe('where the server listens', () => {
  it('falls back to ports anybody may use when the usual ones cannot be had, and says why', async () => {
    const { places, said } = await tried({ 143: 'EACCES', 993: 'EADDRINUSE' });
    expect(places).toEqual(['*:1143/starttls', '*:1993/tls']);
    expect(said).toEqual([
      'Port 143 needs rights this user does not have; using 1143 instead.',
      'Port 993 is used by another program; using 1993 instead.',
    ]);
  });

  it('never moves a port that somebody chose: a client would look for it in vain', async () => {
    await expect(tried({ 143: 'EACCES' }, { imapPort: 143 })).rejects.toThrow(
      'Cannot listen on * port 143: the port needs rights this user does not have; choose another port with --imap-port',
    );
    const chosen: Binding[] = [{ address: '*', port: 2993, encryption: 'tls' }];
    await expect(tried({ 2993: 'EADDRINUSE' }, {}, chosen)).rejects.toThrow(UserError);
  });

  it('names the remedy when the fallback is taken too', async () => {
    await expect(tried({ 993: 'EADDRINUSE', 1993: 'EADDRINUSE' })).rejects.toThrow(/port 1993.*--imaps-port/);
  });

  it('names the remedy for an address that is not of this machine', async () => {
    await expect(tried({ 143: 'EADDRNOTAVAIL' }, { host: '192.0.2.1' })).rejects.toThrow(/192\.0\.2\.1.*--host/);
  });

  it('passes on what nobody at the command line can mend', async () => {
    await expect(tried({ 143: 'EWHATEVER' })).rejects.not.toThrow(UserError);
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

import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CertificateInfo, ClientsInfo, ListenerInfo } from '../../core/admin/contract.ts';
import App from '../App.svelte';
import { type Answers, FakeAdmin } from '../api/fake-admin.ts';
import ClientSetupDialog from './ClientSetupDialog.svelte';
import ClientsSheet from './ClientsSheet.svelte';

const certificate: CertificateInfo = {
  ...{ subject: 'CN=mail.example.org', issuer: 'CN=mail.example.org', names: ['mail.example.org'], validFrom: 0 },
  ...{ validTo: Date.UTC(2028, 0, 1), selfSigned: true, ownAuthority: false, fingerprint: 'AA:BB', warning: undefined },
};
const trusted: CertificateInfo = {
  ...certificate,
  selfSigned: false,
  issuer: 'CN=An authority',
  names: ['*.example.org'],
};

const infoOf = (user: string | undefined, change: Partial<ClientsInfo> = {}): ClientsInfo => ({
  ...{
    host: 'mail.example.org',
    domain: 'example.org',
    userName: user,
    outgoing: undefined,
    addresses: ['192.168.1.5', '10.0.0.5'],
  },
  servers: [{ host: 'mail.example.org', port: 993, encryption: 'tls' }],
  setups: (['outlook', 'thunderbird', 'phone'] as const).map((client) => ({
    ...{ client, server: 'mail.example.org', port: 993, encryption: 'SSL/TLS', userName: user },
    authentication: client === 'outlook' ? undefined : 'Normal password',
  })),
  srvRecords: [
    '_imaps._tcp.example.org. 3600 IN SRV 0 1 993 mail.example.org.',
    '_imap._tcp.example.org. 3600 IN SRV 0 0 0 .',
  ],
  setupUrl: `imaps://${user}@mail.example.org:993`,
  ...change,
});

let copied: string[];
beforeEach(() => {
  copied = [];
  sessionStorage.clear();
  vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => void copied.push(text) } });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function opened(more: Answers = {}, setting?: string) {
  const admin = new FakeAdmin({
    'clients.info': ({ user }) => infoOf(user),
    'certificate.get': () => certificate,
    'users.list': () => ['anna', 'karen'].map((name) => ({ name }) as never),
    'services.list': () => [],
    ...more,
  });
  const onClose = vi.fn();
  render(ClientsSheet, { admin, onClose, setting });
  return { admin, onClose };
}

const tab = async (name: string) => fireEvent.click(await screen.findByRole('tab', { name }));
const press = async (name: string | RegExp) => fireEvent.click(await screen.findByRole('button', { name }));
const checklist = (program: string) => screen.findByRole('group', { name: `${program} finds its settings when` });
const missing = async (program: string) => {
  const marks = within(await checklist(program)).queryAllByRole('img', { name: 'Missing' });
  return marks.map((mark) => mark.closest('li')?.querySelector('.words')?.textContent ?? '');
};

describe('the set-up of mail programs', () => {
  it('shows the values of the chosen user in the words of his program, and copies each alone', async () => {
    const { admin } = opened();
    const user = await screen.findByRole('combobox', { name: 'User' });
    await fireEvent.change(user, { target: { value: 'karen' } });
    await tab('Thunderbird');
    await waitFor(() => expect(admin.sentArgs('clients.info').at(-1)).toEqual({ user: 'karen' }));
    const table = await screen.findByRole('table', { name: 'What to type into Thunderbird' });
    await waitFor(() => expect(within(table).getByText('karen')).toBeTruthy());
    for (const label of ['Hostname', 'Port', 'Connection security', 'Authentication method', 'Username']) {
      await press(`Copy ${label}`);
    }
    expect(copied).toEqual(['mail.example.org', '993', 'SSL/TLS', 'Normal password', 'karen']);
    expect(screen.getByText('Copied: Username.')).toBeTruthy();
  });

  it('says how to copy by hand where the clipboard is not given', async () => {
    vi.stubGlobal('navigator', {});
    opened();
    await press('Copy Server');
    expect(await screen.findByText(/Select the value and copy it with Ctrl\+C/)).toBeTruthy();
  });

  it('tells who has a self-signed certificate what each program will ask, and others nothing of it', async () => {
    const { admin } = opened();
    expect(await screen.findByText(/Outlook says that the server’s certificate cannot be verified/)).toBeTruthy();
    cleanup();
    opened({ 'certificate.get': () => trusted });
    await screen.findByRole('table', { name: 'What to type into Outlook' });
    expect(screen.queryByText(/cannot be verified/)).toBeNull();
    expect(admin.listeners).toBe(0);
  });

  it('names the remedy when there is nothing to type: a name that others know, or a running service', async () => {
    opened({ 'clients.info': () => infoOf('anna', { host: undefined, servers: [], setups: [] }) });
    expect(await screen.findByText(/no name that others could know/)).toBeTruthy();
    cleanup();
    opened({ 'clients.info': () => infoOf('anna', { servers: [], setups: [] }) });
    expect(await screen.findByText(/Start it on the Services page/)).toBeTruthy();
  });

  it('names the IP addresses where only computers of the office know the name: a phone may not find it', async () => {
    opened({ 'clients.info': () => infoOf('anna', { host: 'office-pc.local' }) });
    expect(await screen.findByText(/IP address instead: 192\.168\.1\.5 or 10\.0\.0\.5\./)).toBeTruthy();
  });

  it('opens for one user from elsewhere, too', async () => {
    const admin = new FakeAdmin({ 'clients.info': ({ user }) => infoOf(user), 'certificate.get': () => trusted });
    const onClose = vi.fn();
    render(ClientSetupDialog, { admin, user: 'anna', onClose });
    expect(await screen.findByText('anna')).toBeTruthy();
    await press('Close');
    expect(onClose).toHaveBeenCalledOnce();
  });
});

describe('automatic settings', () => {
  it('say plainly what is missing for each program, and mend what they can', async () => {
    const { admin } = opened();
    await tab('Automatic settings');
    await waitFor(async () => expect(await missing('Outlook')).toHaveLength(3));
    expect(await missing('Thunderbird')).toEqual([
      expect.stringContaining('It is off'),
      expect.stringContaining('Thunderbird refuses'),
    ]);
    expect(await missing('Outlook')).toEqual([
      expect.stringContaining('It is off'),
      expect.stringContaining('no TLS port'),
      expect.stringContaining('self-signed, and Outlook refuses it'),
    ]);
    const thunderbird = within(await checklist('Thunderbird'));
    await fireEvent.click(thunderbird.getByRole('button', { name: 'Switch it on' }));
    await fireEvent.click(thunderbird.getByRole('button', { name: 'Enter the outgoing server' }));
    const outgoing = screen.getByRole<HTMLInputElement>('textbox', { name: 'Outgoing mail server' });
    expect(document.activeElement).toBe(outgoing);
    await fireEvent.input(outgoing, { target: { value: 'smtp.example.org' } });
    await press('Use port 443');
    expect(await missing('Thunderbird')).toEqual([]);
    expect(await missing('Outlook')).toEqual([expect.stringContaining('self-signed')]);
    expect(admin.sentArgs('settings.set')).toEqual([]);
    await press('Apply');
    expect(admin.sentArgs('settings.set')[0]?.values).toEqual({
      'clients.autoconfig.enabled': true,
      'clients.outgoing.host': 'smtp.example.org',
      'clients.autoconfig.tlsPort': 443,
    });
  });

  it('lead from a self-signed certificate to the import of another', async () => {
    opened();
    await tab('Automatic settings');
    await press('Import a certificate…');
    expect(screen.getByRole('dialog', { name: 'Import Certificate' })).toBeTruthy();
  });

  it('want a certificate that is for the name Outlook asks, and take a wildcard for it', async () => {
    opened({ 'certificate.get': () => ({ ...trusted, names: ['mail.example.org'] }) });
    await tab('Automatic settings');
    await waitFor(async () => expect((await missing('Outlook')).at(-1)).toContain('autodiscover.example.org'));
    cleanup();
    opened({ 'certificate.get': () => trusted });
    await tab('Automatic settings');
    expect(await screen.findByText('the certificate is for autodiscover.example.org too.')).toBeTruthy();
  });

  it('show the record that each program needs, to be copied, for the domain as it is being typed', async () => {
    opened();
    await tab('Automatic settings');
    await fireEvent.input(screen.getByRole('textbox', { name: 'Mail domain' }), { target: { value: 'other.example' } });
    await fireEvent.click(within(await checklist('Thunderbird')).getByRole('button', { name: 'Copy the record' }));
    expect(copied).toEqual(['autoconfig.other.example. 3600 IN CNAME mail.example.org.']);
  });

  it('say where they are answered when the port could not be had', async () => {
    const problem = 'Port 80 needs rights this user does not have; using 8080 instead.';
    const moved: ListenerInfo = { address: '*', port: 80, encryption: 'starttls', boundPort: 8080, problem };
    opened({
      'services.list': () => [
        { id: 'autoconfig', name: '', state: 'running', problem: undefined, since: 0, listeners: [moved] },
      ],
    });
    await tab('Automatic settings');
    expect(await screen.findByText(problem)).toBeTruthy();
  });
});

describe('DNS records', () => {
  it('are those of the server, to be copied all at once', async () => {
    opened();
    await tab('DNS records');
    const shown = await screen.findByRole('region', { name: 'Services of the mail domain (RFC 6186)' });
    expect(shown.textContent?.split('\n')).toEqual(infoOf(undefined).srvRecords);
    await press('Copy all');
    expect(copied[0]?.split('\n')).toEqual([
      ...infoOf(undefined).srvRecords,
      'autoconfig.example.org. 3600 IN CNAME mail.example.org.',
      'autodiscover.example.org. 3600 IN CNAME mail.example.org.',
      '',
    ]);
  });

  it.each([
    [{ host: undefined, srvRecords: [] }, /no name that others could know.*Enter "Server name for clients"/],
    [{ host: 'office-pc.local' }, /office-pc\.local is known in your own network only/],
    [{ host: 'office-pc' }, /office-pc is known in your own network only/],
    [{ domain: undefined, srvRecords: [] }, /mail domain is not known/],
    [{ srvRecords: [] }, /Start it on the Services page/],
  ] as const)('are not made up where DNS could not find the server: %j', async (change, why) => {
    opened({ 'clients.info': () => infoOf(undefined, change) });
    await tab('DNS records');
    expect(await screen.findByText(why)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Copy all' })).toBeNull();
  });
});

it('the sheet opens from the Services page, each service with its own', async () => {
  const service = (id: 'imap4' | 'autoconfig') =>
    ({ id, name: id, state: 'stopped', problem: undefined, since: 0, listeners: [] }) as const;
  render(App, { admin: new FakeAdmin({ 'services.list': () => [service('imap4'), service('autoconfig')] }) });
  await tab('Services');
  const list = within(await screen.findByRole('grid', { name: 'Services' }));
  await fireEvent.dblClick(list.getByText('autoconfig'));
  expect(screen.getByRole('dialog', { name: 'Mail Programs' })).toBeTruthy();
  await press('Cancel');
  await fireEvent.dblClick(list.getByText('imap4'));
  expect(screen.getByRole('dialog', { name: 'IMAP4 Server' })).toBeTruthy();
});

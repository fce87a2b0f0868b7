import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LockOut, Refusal, ServiceInfo, SessionInfo } from '../../core/admin/contract.ts';
import { definitionOf } from '../../core/settings/schema.ts';
import { type Answers, CallFails, FakeAdmin } from '../api/fake-admin.ts';
import { windowLimits } from '../limits.ts';
import PageInSheet from '../settings/PageInSheet.svelte';
import LogsPage from './LogsPage.svelte';
import SecurityPage from './SecurityPage.svelte';
import ServicesPage from './ServicesPage.svelte';
import StatusPage from './StatusPage.svelte';

const perUser = 'imap4.advanced.concurrentLoginsPerUser';
const session = (id: number, user: string): SessionInfo => ({
  id,
  user,
  accountId: user,
  address: '192.168.1.7',
  clientId: 'Thunderbird 140',
  tls: 'TLSv1.3',
  state: 'idling',
  mailbox: 'INBOX',
  connectedAt: id,
  lastActivityAt: Date.now() - 180_000,
  octetsIn: 1_500,
  octetsOut: 2_000_000,
  lastCommand: 'IDLE',
});
const refusal: Refusal = {
  at: Date.now(),
  reason: 'userLimit',
  user: 'bob',
  address: '10.0.0.9',
  clientId: undefined,
  limit: 20,
  holders: [{ session: 4, user: 'bob', address: '10.0.0.8', clientId: 'Outlook', since: 0 }],
  text: 'bob has 20 logins of 20',
  setting: perUser,
};
const service: ServiceInfo = {
  id: 'imap4',
  name: 'IMAP4 Server',
  state: 'running',
  problem: undefined,
  since: 0,
  listeners: [
    { address: '*', port: 143, encryption: 'starttls', boundPort: 143, problem: undefined },
    {
      address: '*',
      port: 993,
      encryption: 'tls',
      boundPort: undefined,
      problem: 'port 993 is taken by another program',
    },
  ],
};
const lockOut: LockOut = {
  kind: 'pair',
  user: 'karen',
  address: '10.0.0.9',
  since: Date.now(),
  until: Date.now() + 1_800_000,
  reason: '3 different wrong passwords',
};

const answers = (): Answers => ({
  'server.info': () => ({
    contractVersion: 1,
    version: '1.2.3',
    startedAt: Date.now() - 91_800_000,
    dataFolder: '/data',
    hostNames: [],
    administratorPassword: false,
  }),
  'services.list': () => [service],
  'limits.status': () => ({
    users: [{ name: 'karen', sessions: 20, limit: 20 }],
    addresses: [{ name: '192.168.1.7', sessions: 20, limit: 0 }],
    peaks: [],
    userPeak: { name: 'bob', sessions: 18, at: 0 },
    addressPeak: undefined,
  }),
  'sessions.list': () => [session(1, 'karen'), session(2, 'bob')],
  'limits.refusals': () => [refusal],
  'lockouts.list': () => [lockOut],
  'log.tail': () => [{ at: 0, level: 'info', message: 'karen has logged in', fields: { session: 7 } }],
});

afterEach(cleanup);

const list = (name: string) => screen.findByRole('grid', { name });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const confirm = (name: string) => fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name }));

async function choose(label: string, cell: string) {
  await fireEvent.click(await within(await list(label)).findByText(cell));
}

describe('the Status page', () => {
  const open = (given: Answers = {}) => {
    const admin = new FakeAdmin({ ...answers(), ...given });
    const onShowSetting = vi.fn<(key: string) => void>();
    return { admin, onShowSetting, ...render(StatusPage, { admin, onShowSetting }) };
  };

  it('shows uptime, listeners with what is wrong, limits that are reached, and the highest use', async () => {
    open();
    expect(await screen.findByText(/up for 1 day 1 hour/)).toBeTruthy();
    expect(within(await list('Listeners')).getByText('port 993 is taken by another program')).toBeTruthy();
    expect(screen.getByText(/At the limit: karen\./)).toBeTruthy();
    expect(screen.getByText(/18 logins \(bob\)/)).toBeTruthy();
    expect(within(await list('Logins by address')).getByText('No limit')).toBeTruthy();
  });

  it('shows listeners on any free port, told apart by more than a port that is 0 for all of them', async () => {
    const free = { address: '127.0.0.1', port: 0, problem: undefined } as const;
    const listeners = [
      { ...free, encryption: 'starttls', boundPort: 40_143 },
      { ...free, encryption: 'tls', boundPort: 40_993 },
    ] as const;
    open({ 'services.list': () => [{ ...service, listeners }] });
    expect(within(await list('Listeners')).getAllByText('127.0.0.1')).toHaveLength(2);
  });

  it('shows sessions in words, and who comes and goes at once', async () => {
    const rows = [session(1, 'karen')];
    const { admin } = open({ 'sessions.list': () => rows });
    const sessions = within(await list('Live sessions'));
    for (const text of ['karen', 'Waiting for mail', '3', '1.5', '2000']) sessions.getByText(text);
    await choose('Live sessions', 'karen');
    expect(screen.getByText(/idle for 3 minutes, 1\.5 kB received, 2 MB sent\./)).toBeTruthy();
    rows.splice(0, 1, session(2, 'bob'));
    admin.emit({ event: 'sessions.changed' });
    await sessions.findByText('bob', undefined, { timeout: 3 * windowLimits.refreshGap });
    expect(sessions.queryByText('karen')).toBeNull();
  });

  it('disconnects the chosen session after the question, and not before', async () => {
    const { admin } = open({ 'sessions.disconnect': () => undefined });
    await choose('Live sessions', 'bob');
    await press(/^Disconnect/);
    expect(admin.sentArgs('sessions.disconnect')).toEqual([]);
    await confirm('Cancel');
    expect(admin.sentArgs('sessions.disconnect')).toEqual([]);
    await press(/^Disconnect/);
    await confirm('Disconnect');
    expect(admin.sentArgs('sessions.disconnect')).toEqual([{ id: 2 }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('says why a session could not be disconnected', async () => {
    open({
      'sessions.disconnect': () => {
        throw new CallFails('notFound', 'The session has ended already.');
      },
    });
    await choose('Live sessions', 'bob');
    await press(/^Disconnect/);
    await confirm('Disconnect');
    expect(await screen.findByText('The session has ended already.')).toBeTruthy();
  });

  it('stays usable with 1,000 sessions: draws some, finds all', async () => {
    open({ 'sessions.list': () => Array.from({ length: 1_000 }, (_, id) => session(id, `user${1_000 + id}`)) });
    const sessions = within(await list('Live sessions'));
    expect(sessions.getAllByText('INBOX')).toHaveLength(windowLimits.listRows);
    expect(screen.getByText(/300 of 1,000 sessions shown/)).toBeTruthy();
    await fireEvent.input(screen.getByLabelText('Find sessions'), { target: { value: 'USER1999' } });
    expect(sessions.getAllByText('INBOX')).toHaveLength(1);
    sessions.getByText('user1999');
  });

  it('says why somebody was refused, who held the logins, and leads to the setting', async () => {
    const { onShowSetting } = open();
    await choose('Recent refusals', 'Too many logins of the user');
    expect(within(await list('Who held the logins at that moment')).getByText('Outlook')).toBeTruthy();
    expect(screen.getByText(new RegExp(`"${definitionOf(perUser).label}"`))).toBeTruthy();
    await press('Show the setting');
    expect(onShowSetting).toHaveBeenCalledExactlyOnceWith(perUser);
  });

  it('says what to do where there is nothing to show', async () => {
    open({ 'sessions.list': () => [], 'limits.refusals': () => [] });
    expect(await screen.findByText(/Nobody is connected\. Set up a mail program/)).toBeTruthy();
    expect(screen.getByText(/Nobody has been refused/)).toBeTruthy();
  });

  it('says that the server does not answer, and stops listening when it is left', async () => {
    const { admin, unmount } = open();
    admin.reachable = false;
    expect(await screen.findAllByText('The server does not answer.')).toHaveLength(1);
    expect(admin.listeners).toBeGreaterThan(0);
    unmount();
    expect(admin.listeners).toBe(0);
  });
});

describe('the Services page', () => {
  const open = (given: Answers = {}) => {
    const admin = new FakeAdmin({ ...answers(), ...given });
    const onProperties = vi.fn<(id: string) => void>();
    return { admin, onProperties, ...render(ServicesPage, { admin, onProperties }) };
  };

  it('stops and restarts after the question only: both end all sessions', async () => {
    const { admin } = open({ 'services.stop': () => undefined, 'services.restart': () => undefined });
    await choose('Services', 'Running');
    await press(/^Stop/);
    await confirm('Cancel');
    await press(/^Restart/);
    expect([admin.sentArgs('services.stop'), admin.sentArgs('services.restart')]).toEqual([[], []]);
    await confirm('Restart');
    await waitFor(() => expect(admin.sentArgs('services.restart')).toEqual([{ id: 'imap4' }]));
    await waitFor(() => expect(screen.getByRole('button', { name: /^Stop/ })).toHaveProperty('disabled', false));
    await press(/^Stop/);
    await confirm('Stop');
    expect(admin.sentArgs('services.stop')).toEqual([{ id: 'imap4' }]);
  });

  it('offers only what can be done in the state, and follows the state', async () => {
    let state: ServiceInfo['state'] = 'stopped';
    const { admin } = open({ 'services.list': () => [{ ...service, state }], 'services.start': () => undefined });
    await choose('Services', 'Stopped');
    expect(screen.getByRole('button', { name: /^Stop/ })).toHaveProperty('disabled', true);
    state = 'running';
    await press('Start');
    expect(admin.sentArgs('services.start')).toEqual([{ id: 'imap4' }]);
    await waitFor(() => expect(screen.getByRole('button', { name: 'Start' })).toHaveProperty('disabled', true));
    expect(within(await list('Services')).getByText('Running')).toBeTruthy();
  });

  it('opens the properties by the button and by a double click', async () => {
    const { onProperties } = open();
    await choose('Services', 'Running');
    await press(/^Properties/);
    await fireEvent.dblClick(within(await list('Services')).getByText('Running'));
    expect(onProperties.mock.calls).toEqual([['imap4'], ['imap4']]);
  });

  it('shows why a service does not run and why it could not be started; leaves nothing behind', async () => {
    const { admin, unmount } = open({
      'services.list': () => [{ ...service, state: 'problem', problem: 'Port 143 is taken; choose another one.' }],
      'services.start': () => {
        throw new CallFails('refused', 'It is being stopped at this moment.');
      },
    });
    expect(await screen.findByText('Port 143 is taken; choose another one.')).toBeTruthy();
    await press('Start');
    expect(await screen.findByText('It is being stopped at this moment.')).toBeTruthy();
    unmount();
    expect(admin.listeners).toBe(0);
  });
});

describe('the Security page', () => {
  const open = (given: Answers = {}) => {
    const admin = new FakeAdmin({ ...answers(), ...given });
    return { admin, ...render(PageInSheet, { admin, of: SecurityPage, given: { admin } }) };
  };
  const lockAfter = 'security.lockouts.wrongPasswords';
  const field = () => screen.findByLabelText((label) => label.startsWith(definitionOf(lockAfter).label));

  it('unlocks exactly who was chosen, after the question only', async () => {
    const { admin } = open({ 'lockouts.unlock': () => undefined });
    await choose('Lock-outs', 'karen');
    await press(/^Unlock/);
    expect(screen.getByText('Let karen log in from 10.0.0.9 again?')).toBeTruthy();
    expect(admin.sentArgs('lockouts.unlock')).toEqual([]);
    await confirm('Unlock');
    expect(admin.sentArgs('lockouts.unlock')).toEqual([{ address: '10.0.0.9', user: 'karen' }]);
  });

  it('unlocks a blocked address as a whole', async () => {
    const blocked: LockOut = { ...lockOut, kind: 'address', user: undefined };
    const { admin } = open({ 'lockouts.list': () => [lockOut, blocked], 'lockouts.unlock': () => undefined });
    await choose('Lock-outs', 'Everybody');
    await press(/^Unlock/);
    await confirm('Unlock');
    expect(admin.sentArgs('lockouts.unlock')).toEqual([{ address: '10.0.0.9' }]);
  });

  it('follows lock-outs, and says what to do when there is none', async () => {
    const locked = [lockOut];
    const { admin } = open({ 'lockouts.list': () => locked });
    await within(await list('Lock-outs')).findByText('3 different wrong passwords');
    locked.pop();
    admin.emit({ event: 'lockouts.changed' });
    await screen.findByText(/Nobody is locked out\./, undefined, { timeout: 3 * windowLimits.refreshGap });
  });

  it('changes the rules on Apply and not before; Cancel takes back', async () => {
    const { admin } = open();
    await fireEvent.input(await field(), { target: { value: '5' } });
    expect(admin.sentArgs('settings.set')).toEqual([]);
    await press('Cancel');
    expect(await field()).toHaveProperty('value', '3');
    await fireEvent.input(await field(), { target: { value: '7' } });
    await press('Apply');
    await waitFor(() => expect(admin.setting(lockAfter)).toBe(7));
  });

  it('keeps Apply disabled while a value is invalid, and says which', async () => {
    open();
    await fireEvent.input(await field(), { target: { value: '101' } });
    expect(screen.getByRole('button', { name: 'Apply' })).toHaveProperty('disabled', true);
    expect(screen.getByText(/Cannot be applied yet\. Look at: Lock a user after/)).toBeTruthy();
  });

  it('explains the rules, and stops listening when it is left', async () => {
    const { admin, unmount } = open();
    await field();
    await press('Help');
    expect(within(screen.getByRole('dialog')).getByText(/The same wrong password tried again/)).toBeTruthy();
    unmount();
    expect(admin.listeners).toBe(0);
  });
});

describe('the Logs page', () => {
  it('shows lines with their details, copies them, and stops listening when it is left', async () => {
    const writeText = vi.fn<(text: string) => Promise<void>>().mockResolvedValue();
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } });
    const admin = new FakeAdmin(answers());
    const { unmount } = render(LogsPage, { admin });
    await within(await list('Log lines, the newest first')).findByText('karen has logged in');
    await press('Copy');
    expect(writeText).toHaveBeenCalledExactlyOnceWith('1970-01-01T00:00:00.000Z INFO karen has logged in session=7');
    expect(await screen.findByText('1 line copied.')).toBeTruthy();
    await press(/^Clear/);
    expect(screen.queryByText('karen has logged in')).toBeNull();
    unmount();
    expect(admin.listeners).toBe(0);
    vi.unstubAllGlobals();
  });

  it('says when the clipboard cannot be written to', async () => {
    vi.stubGlobal('navigator', { ...navigator, clipboard: undefined });
    render(LogsPage, { admin: new FakeAdmin(answers()) });
    await screen.findByText('karen has logged in');
    await press('Copy');
    expect(await screen.findByText(/could not be copied/)).toBeTruthy();
    vi.unstubAllGlobals();
  });

  it('opens the folder in the app, and offers nothing of the kind in a browser', async () => {
    const showFolder = vi.fn<(which: string) => Promise<void>>().mockRejectedValue(new Error('it is gone'));
    const browser = render(LogsPage, { admin: new FakeAdmin(answers()) });
    expect(screen.queryByRole('button', { name: 'Open the folder' })).toBeNull();
    browser.unmount();
    vi.stubGlobal('mailroom', { app: { showFolder } });
    render(LogsPage, { admin: new FakeAdmin(answers()) });
    await press('Open the folder');
    expect(showFolder).toHaveBeenCalledExactlyOnceWith('logs');
    expect(await screen.findByText(/could not be opened: it is gone/)).toBeTruthy();
    vi.unstubAllGlobals();
  });
});

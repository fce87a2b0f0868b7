import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CertificateInfo, ListenerInfo, ServiceInfo, SetupState, UserSummary } from '../../core/admin/contract.ts';
import App from '../App.svelte';
import { type Answers, CallFails, FakeAdmin } from '../api/fake-admin.ts';
import Welcome from './Welcome.svelte';
import { WelcomeGate } from './welcome-gate.svelte.ts';

const waiting: SetupState = { needsFirstUser: true, firstUser: 'mail', firstStartAt: 0 };
const bindings = 'imap4.general.bindings';
const SECRET = 'a long enough secret';

beforeEach(() => sessionStorage.clear());
afterEach(cleanup);

const listener = (port: number, change: Partial<ListenerInfo> = {}): ListenerInfo => ({
  ...{ address: '*', port, encryption: port === 993 ? 'tls' : 'starttls', boundPort: port, problem: undefined },
  ...change,
});
const moved = listener(993, { boundPort: 1993, problem: 'Port 993 is used by another program; using 1993 instead.' });
const service = (...listeners: ListenerInfo[]): ServiceInfo => ({
  ...{ id: 'imap4', name: 'Mailroom IMAP4', state: 'running', problem: undefined, since: 0 },
  listeners,
});
const certificate: CertificateInfo = {
  ...{ subject: 'CN=office-pc', issuer: 'CN=office-pc', names: ['office-pc', 'office-pc.local'], validFrom: 0 },
  ...{ validTo: Date.UTC(2028, 0, 1), selfSigned: true, ownAuthority: false, fingerprint: 'AA:BB', warning: undefined },
};

const userNamed = (name: string): UserSummary => ({
  ...{ name, accountId: '1', disabled: false, createdAt: 0, groups: [], sessions: 0, lockedFrom: [] },
  quota: { octets: 0, messages: 1, octetsLimit: 0, messagesLimit: 0, own: false },
});

/** A server at its first start, as far as the welcome asks it. */
function firstStart(more: Answers = {}) {
  let name = 'mail';
  const answers: Answers = {
    'setup.state': () => waiting,
    'users.setPassword': ({ password }) => {
      if (password.length < 8) throw new CallFails('invalid', 'A password needs at least 8 characters', 'password');
    },
    'users.rename': ({ newName }) => {
      if (newName.includes(' ')) throw new CallFails('invalid', `"${newName}" is no user name`, 'newName');
      name = newName;
    },
    'users.list': () => [userNamed(name)],
    'groups.list': () => [],
    'services.list': () => [service(listener(143), moved)],
    'services.start': () => undefined,
    'certificate.get': () => certificate,
    'clients.info': ({ user }) => ({
      ...{
        host: 'office-pc.local',
        domain: undefined,
        userName: user,
        outgoing: undefined,
        addresses: [],
        srvRecords: [],
      },
      servers: [{ host: 'office-pc.local', port: 1993, encryption: 'tls' }],
      setups: (['outlook', 'thunderbird', 'phone'] as const).map((client) => ({
        ...{ client, server: 'office-pc.local', port: 1993, encryption: 'SSL/TLS', authentication: undefined },
        userName: user,
      })),
      setupUrl: 'imaps://mail@office-pc.local:1993',
    }),
    ...more,
  };
  return { admin: new FakeAdmin(answers), answers };
}

function opened(more: Answers = {}, inApp = false) {
  const { admin } = firstStart(more);
  const does = { onLater: vi.fn(), onClose: vi.fn(), onAddUsers: vi.fn() };
  render(Welcome, { admin, firstUser: 'mail', inApp, ...does });
  return { admin, ...does };
}

const field = (name: string) => screen.getByRole<HTMLInputElement>('textbox', { name });
const password = (label: string) => screen.getByLabelText<HTMLInputElement>(label, { exact: true });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const step = (number: number) => screen.findByRole('heading', { name: new RegExp(`^Step ${number} of 3`) });

async function choosePassword(text: string) {
  await fireEvent.input(password('Password'), { target: { value: text } });
  await fireEvent.input(password('Password again'), { target: { value: text } });
}

async function toStep2(admin: FakeAdmin) {
  await choosePassword(SECRET);
  await press('Next');
  await step(2);
  await waitFor(() => expect(admin.sentArgs('services.list').length).toBeGreaterThan(0));
}

describe('the first page of the welcome', () => {
  it('sets the password before the name: whatever is wrong with the name, somebody can log in', async () => {
    const { admin } = opened();
    await fireEvent.input(field('User name'), { target: { value: 'karen the boss' } });
    await choosePassword(SECRET);
    await press('Next');
    expect((await screen.findByText('"karen the boss" is no user name')).closest('.field')).toBe(
      field('User name').closest('.field'),
    );
    expect(admin.sentArgs('users.setPassword')).toEqual([{ name: 'mail', password: SECRET }]);
    await fireEvent.input(field('User name'), { target: { value: 'karen' } });
    await press('Next');
    await step(2);
    expect(admin.sentArgs('users.setPassword')).toHaveLength(1);
    expect(admin.sentArgs('users.rename').at(-1)).toEqual({ name: 'mail', newName: 'karen' });
  });

  it('says at the password what the server says of it, and goes nowhere', async () => {
    opened();
    await choosePassword('short');
    await press('Next');
    const error = await screen.findByText('A password needs at least 8 characters');
    expect(error.closest('.field')).toBe(password('Password').closest('.field'));
    expect(await step(1)).toBeTruthy();
  });

  it('lets nobody take his name for a password: the server would compare it with the old name', async () => {
    const { admin } = opened();
    await fireEvent.input(field('User name'), { target: { value: 'karenkaren' } });
    await choosePassword('KarenKaren');
    expect(screen.getByText(/must not be the user name/)).toBeTruthy();
    await press('Next');
    expect(admin.sentArgs('users.setPassword')).toEqual([]);
  });

  it('keeps the printed password when asked to, and still has the user taken over: it would come back for ever', async () => {
    const { admin } = opened();
    await fireEvent.click(screen.getByRole('radio', { name: /printed in the terminal/ }));
    await press('Next');
    await step(2);
    expect(admin.sentArgs('users.setPassword')).toEqual([]);
    expect(admin.sentArgs('users.rename')).toEqual([{ name: 'mail', newName: 'mail' }]);
  });

  it('offers no printed password in the app, where nobody has seen one, and says what Later means there', () => {
    opened({}, true);
    expect(screen.queryByRole('radio')).toBeNull();
    expect(screen.getByText(/Until a password is set here nobody can log in/)).toBeTruthy();
  });

  it('goes on with Enter and leaves with Esc', async () => {
    const { onLater } = opened();
    await choosePassword(SECRET);
    await fireEvent.keyDown(password('Password again'), { key: 'Enter' });
    await step(2);
    await press('Back');
    await step(1);
    await fireEvent.keyDown(field('User name'), { key: 'Escape' });
    expect(onLater).toHaveBeenCalledOnce();
  });
});

describe('the second page', () => {
  it('says of each port what became of it, and what another one means', async () => {
    const { admin } = opened();
    await toStep2(admin);
    expect(await screen.findByText('Mail programs can connect.')).toBeTruthy();
    expect(screen.getByText(/used by another program.*only have to be told 1993/)).toBeTruthy();
    expect(screen.getByText(/for office-pc, office-pc\.local, until/)).toBeTruthy();
    expect(screen.getByText(/asks its user whether to trust/)).toBeTruthy();
  });

  it('stays while a new port cannot be had and says why, and goes on when it is had', async () => {
    let taken = true;
    const { admin } = opened({
      'services.start': () => {
        if (taken) throw new CallFails('refused', 'Cannot listen on * port 2993: the port is used by another program');
      },
    });
    await toStep2(admin);
    const port = await screen.findByRole('spinbutton', { name: 'Port with TLS' });
    await fireEvent.input(port, { target: { value: '2993' } });
    expect(screen.getByText(/Will be tried/)).toBeTruthy();
    await press('Next');
    expect(await screen.findByText(/port 2993: the port is used by another program/)).toBeTruthy();
    taken = false;
    await fireEvent.input(port, { target: { value: '2994' } });
    await press('Next');
    await step(3);
    expect(admin.setting(bindings)).toMatchObject([{ port: 143 }, { port: 2994, encryption: 'tls' }]);
  });

  it('lets nobody on with a port that is none, or with one port for two listeners', async () => {
    const { admin } = opened();
    await toStep2(admin);
    const port = await screen.findByRole('spinbutton', { name: 'Port with TLS' });
    const next = screen.getByRole<HTMLButtonElement>('button', { name: 'Next' });
    for (const wrong of ['', '0', '65536', '143']) {
      await fireEvent.input(port, { target: { value: wrong } });
      expect(next.disabled, wrong).toBe(true);
    }
    await fireEvent.input(port, { target: { value: '993' } });
    expect(next.disabled).toBe(false);
  });
});

describe('the last page', () => {
  it('shows what the user types under his new name, and leads to the other users', async () => {
    const { admin, onAddUsers, onClose } = opened();
    await fireEvent.input(field('User name'), { target: { value: 'karen' } });
    await toStep2(admin);
    await press('Next');
    await step(3);
    const table = await screen.findByRole('table', { name: 'What to type into Outlook' });
    expect(
      within(table)
        .getAllByRole('row')
        .map(({ textContent }) => textContent?.replace(/\s+/g, ' ').trim()),
    ).toEqual([
      expect.stringContaining('office-pc.local'),
      expect.stringContaining('1993'),
      expect.stringContaining('SSL/TLS'),
      expect.stringContaining('karen'),
    ]);
    await press('Finish and add users');
    expect(onAddUsers).toHaveBeenCalledOnce();
    await press('Finish');
    expect(onClose).toHaveBeenCalledOnce();
  });
});

describe('whether the welcome shows', () => {
  const dialog = () => screen.queryByRole('dialog', { name: 'Welcome to Mailroom' });

  it('by itself at a first start, not twice in one window, and again in the next while it is still needed', async () => {
    const { admin } = firstStart();
    render(App, { admin });
    await waitFor(() => expect(dialog()).not.toBeNull());
    await press('Later');
    expect(dialog()).toBeNull();
    admin.emit({ event: 'users.changed' });
    cleanup();
    render(App, { admin }); // the window is loaded anew
    await waitFor(() => expect(admin.sentArgs('setup.state')).toHaveLength(2));
    await Promise.resolve();
    expect(dialog()).toBeNull();
    cleanup();
    sessionStorage.clear(); // another window
    render(App, { admin });
    await waitFor(() => expect(dialog()).not.toBeNull());
  });

  it('not when the first user has an owner', async () => {
    const { admin } = firstStart({
      'setup.state': () => ({ needsFirstUser: false, firstUser: undefined, firstStartAt: 0 }),
    });
    render(App, { admin });
    await waitFor(() => expect(admin.sentArgs('setup.state')).toHaveLength(1));
    await Promise.resolve();
    expect(dialog()).toBeNull();
  });

  it('as soon as a server that was not ready answers: the app opens its window before the mail is', async () => {
    const { admin } = firstStart();
    admin.reachable = false;
    const gate = new WelcomeGate(admin, sessionStorage);
    const stop = gate.open();
    await vi.waitFor(() => expect(admin.sentArgs('setup.state')).toHaveLength(1));
    admin.reachable = true;
    await vi.waitFor(() => {
      admin.emit({ event: 'services.changed' });
      expect(gate.firstUser).toBe('mail');
    });
    stop();
  });

  it('and leads from its last page to the Users page', async () => {
    const { admin } = firstStart();
    render(App, { admin });
    await waitFor(() => expect(dialog()).not.toBeNull());
    await toStep2(admin);
    await press('Next');
    await step(3);
    await press('Finish and add users');
    expect(dialog()).toBeNull();
    expect(screen.getByRole('tab', { name: 'Users' }).getAttribute('aria-selected')).toBe('true');
  });
});

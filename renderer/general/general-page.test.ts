import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AppCalls } from '../../core/admin/app-calls.ts';
import { definitionOf } from '../../core/settings/schema.ts';
import { type Answers, CallFails, FakeAdmin } from '../api/fake-admin.ts';
import { FakeApp } from '../api/fake-app.ts';
import { RemoteLogin } from '../api/remote-login.svelte.ts';
import PageInSheet from '../settings/PageInSheet.svelte';
import GeneralPage from './GeneralPage.svelte';

afterEach(cleanup);

describe('the General page', () => {
  it('shows which version runs and where its data is', async () => {
    await opened();
    expect((screen.getByLabelText('Version') as HTMLInputElement).value).toBe('1.2.3');
    expect((screen.getByLabelText('Data folder') as HTMLInputElement).value).toBe('/srv/mailroom');
  });

  it('says in a browser why it cannot start with the computer, instead of a box that does nothing', async () => {
    await opened();
    expect(screen.queryByLabelText('Start with the computer')).toBeNull();
    expect(screen.getByText(/set in the desktop app/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Open data folder' })).toBeNull();
  });

  it('starts with the computer and opens the folder through the app', async () => {
    const app = new FakeApp();
    await opened(app);
    const box = screen.getByLabelText('Start with the computer') as HTMLInputElement;
    await waitFor(() => expect(box.disabled).toBe(false));
    await fireEvent.click(box);
    await press('Open data folder');
    expect(app.asked).toEqual([
      ['setStartsWithComputer', true],
      ['showFolder', 'data'],
    ]);
  });

  it('says so when the system does not do it', async () => {
    const app = new FakeApp();
    app.showFolder = async () => Promise.reject(new Error('no file manager'));
    await opened(app);
    await press('Open data folder');
    expect(await screen.findByText(/The folder could not be opened/)).toBeTruthy();
  });

  it('sets the administrator password after OK, and tells that there is one', async () => {
    const { admin } = await opened();
    expect(screen.getByText(/There is no administrator password/)).toBeTruthy();
    await press('Set administrator password…');
    await type('Password', 'long-password');
    await type('Password again', 'long-password');
    expect(admin.sentArgs('admin.setPassword')).toEqual([]);
    await press('OK');
    expect(await screen.findByText('There is an administrator password.')).toBeTruthy();
    expect(admin.sentArgs('admin.setPassword')).toEqual([{ password: 'long-password' }]);
  });

  it('asks for the present password from another computer: an open window must not be enough to take the server over', async () => {
    const login = new RemoteLogin({ logIn: vi.fn(), logOut: vi.fn() }, () => {});
    const { admin } = await opened(undefined, {}, login);
    await press('Set administrator password…');
    await type('Password', 'long-password');
    await type('Password again', 'long-password');
    expect(button('OK').disabled).toBe(true);
    await type('Present password', 'old-password');
    await press('OK');
    const sent = { password: 'long-password', oldPassword: 'old-password' };
    await waitFor(() => expect(admin.sentArgs('admin.setPassword')).toEqual([sent]));
  });

  it('shows at the field why the password is refused', async () => {
    const refuse = () => {
      throw new CallFails('invalid', 'A password needs at least 8 characters', 'password');
    };
    await opened(undefined, { 'admin.setPassword': refuse });
    await press('Set administrator password…');
    await type('Password', 'short');
    await type('Password again', 'short');
    await press('OK');
    expect(await screen.findByText('A password needs at least 8 characters')).toBeTruthy();
    expect(screen.getByRole('dialog')).toBeTruthy();
  });

  it('changes settings with Apply and not before, and lets nothing invalid through', async () => {
    const { admin } = await opened();
    const port = definitionOf('admin.port').label;
    await screen.findByLabelText(port);
    await type(port, '70000');
    expect(button('Apply').disabled).toBe(true);
    await type(port, '9000');
    await type(definitionOf('quota.octets').label, '2000');
    expect(admin.sentArgs('settings.set')).toEqual([]);
    await press('Apply');
    await waitFor(() => expect([admin.setting('admin.port'), admin.setting('quota.octets')]).toEqual([9000, 2000]));
  });

  it('stops listening when it is no longer shown', async () => {
    const { admin, unmount } = await opened();
    expect(admin.listeners).toBeGreaterThan(0);
    unmount();
    expect(admin.listeners).toBe(0);
  });
});

async function opened(app?: AppCalls, given: Answers = {}, login?: RemoteLogin) {
  let administratorPassword = false;
  const info = { contractVersion: 1, version: '1.2.3', startedAt: 0, dataFolder: '/srv/mailroom', hostNames: [] };
  const admin = new FakeAdmin({
    'server.info': () => ({ ...info, administratorPassword }),
    'admin.setPassword': () => {
      administratorPassword = true;
    },
    ...given,
  });
  const { unmount } = render(PageInSheet, { admin, of: GeneralPage, given: { admin, app, login } });
  await screen.findByLabelText('Data folder');
  return { admin, app, unmount };
}

const button = (name: string) => screen.getByRole('button', { name }) as HTMLButtonElement;
const press = async (name: string) => {
  await waitFor(() => expect(button(name).disabled).toBe(false));
  await fireEvent.click(button(name));
};
const type = (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });

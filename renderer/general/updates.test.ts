import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { UpdateState } from '../../core/admin/app-calls.ts';
import { FakeAdmin } from '../api/fake-admin.ts';
import { FakeApp } from '../api/fake-app.ts';
import { windowLimits } from '../limits.ts';
import PageInSheet from '../settings/PageInSheet.svelte';
import Updates from './Updates.svelte';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const LOOK = 'Look now';
const INSTALL = 'Install and restart';
const FEED = 'https://example.org/mailroom';

describe('the group Updates', () => {
  it('says in a browser that the app updates itself, and has no button that could do nothing', () => {
    render(Updates, { app: undefined });
    expect(screen.getByText(/The desktop app updates itself/)).toBeTruthy();
    expect(screen.queryAllByRole('button')).toEqual([]);
    expect(screen.queryAllByRole('textbox')).toEqual([]);
  });

  it('says that nothing is looked for until there is an address, and what to do', async () => {
    await opened({ name: 'off' });
    expect(words()).toMatch(/looks for no updates. Give the address/);
    expect([button(LOOK).disabled, button(INSTALL).disabled]).toEqual([true, true]);
  });

  it('takes an address over TLS only, with Apply and not before', async () => {
    const { admin } = await opened({ name: 'off' });
    const field = await screen.findByLabelText('Look for updates at');
    await fireEvent.input(field, { target: { value: 'http://example.org/' } });
    expect(button('Apply').disabled).toBe(true);
    expect(screen.getByText(/an https address such as/)).toBeTruthy();
    await fireEvent.input(field, { target: { value: FEED } });
    expect(admin.setting('updates.feed')).toBe('');
    await fireEvent.click(button('Apply'));
    await waitFor(() => expect(admin.setting('updates.feed')).toBe(FEED));
  });

  it('looks when it is told to', async () => {
    const { app } = await opened({ name: 'current', lookedAt: Date.now() });
    expect(words()).toBe('This is the newest version. Looked just now.');
    await fireEvent.click(button(LOOK));
    await waitFor(() => expect(app.asked).toEqual([['lookForUpdate']]));
    expect(button(INSTALL).disabled).toBe(true);
  });

  it('shows a download moving, though nobody tells of it', async () => {
    vi.useFakeTimers();
    const { app } = await opened({ name: 'downloading', version: '2.0.0', percent: 10 });
    app.update = { name: 'downloading', version: '2.0.0', percent: 60 };
    await vi.advanceTimersByTimeAsync(windowLimits.updateMoves);
    expect(words()).toBe('Version 2.0.0 is being downloaded: 60 %.');
    expect((screen.getByRole('progressbar') as HTMLProgressElement).value).toBe(60);
    expect(button(LOOK).disabled).toBe(true);
  });

  it('installs when it is told to, after it has said what that means for users at work', async () => {
    const { app } = await opened({ name: 'ready', version: '2.0.0' });
    expect(words()).toMatch(/mail programs are disconnected/);
    expect(app.asked).toEqual([]);
    await fireEvent.click(button(INSTALL));
    await waitFor(() => expect(app.asked).toEqual([['installUpdate']]));
  });

  it('says why an update failed, and looks again when it is told to', async () => {
    const { app } = await opened({ name: 'failed', message: 'The update address cannot be reached.' });
    expect(screen.getByRole('alert').textContent).toContain('cannot be reached');
    await fireEvent.click(button(LOOK));
    await waitFor(() => expect(app.asked).toEqual([['lookForUpdate']]));
  });

  it('says why the app refused to install', async () => {
    const { app } = await opened({ name: 'ready', version: '2.0.0' });
    app.installUpdate = () => Promise.reject(new Error('There is no update to install.'));
    await fireEvent.click(button(INSTALL));
    expect((await screen.findByRole('alert')).textContent).toContain('no update to install');
  });

  it('asks no more when it is no longer shown', async () => {
    vi.useFakeTimers();
    const { app, unmount } = await opened({ name: 'looking' });
    unmount();
    const asked = vi.spyOn(app, 'updateState');
    await vi.advanceTimersByTimeAsync(10 * windowLimits.updateRests);
    expect(asked).not.toHaveBeenCalled();
  });
});

async function opened(update: UpdateState) {
  const app = new FakeApp();
  app.update = update;
  const admin = new FakeAdmin();
  const { unmount } = render(PageInSheet, { admin, of: Updates, given: { app } });
  await vi.waitFor(() => expect(screen.queryByRole('status') ?? screen.queryByRole('alert')).not.toBeNull());
  return { admin, app, unmount };
}

const words = () => screen.getByRole('status').textContent;
const button = (name: string) => screen.getByRole('button', { name }) as HTMLButtonElement;

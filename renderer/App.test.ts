import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import App from './App.svelte';
import { FakeAdmin } from './api/fake-admin.ts';
import { FakeApp } from './api/fake-app.ts';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('shows each of the seven pages, and says on all of them that the server does not answer', async () => {
  const admin = new FakeAdmin({});
  admin.reachable = false;
  render(App, { admin });
  const tabs = screen.getAllByRole('tab');
  expect(tabs.map(({ textContent }) => textContent?.trim())).toEqual([
    'Status',
    'Users',
    'Shared Folders',
    'Services',
    'Security',
    'Logs',
    'General',
  ]);
  for (const tab of tabs) {
    await fireEvent.click(tab);
    expect(screen.getByRole('tabpanel', { name: tab.textContent?.trim() ?? '' })).toBeTruthy();
    expect((await screen.findAllByText('The server does not answer.')).length).toBeGreaterThan(0);
  }
});

const button = (name: string) => screen.getByRole('button', { name });

/** The window of the app, with one setting edited on the General page. */
async function edited() {
  const admin = new FakeAdmin({});
  const close = vi.fn();
  vi.stubGlobal('mailroom', { app: new FakeApp() });
  vi.stubGlobal('close', close);
  render(App, { admin });
  await fireEvent.click(screen.getByRole('tab', { name: 'General' }));
  await fireEvent.input(await screen.findByLabelText('Messages per user'), { target: { value: '7' } });
  return { admin, close };
}

it('keeps what was changed with OK and closes the window of the app: the server goes on', async () => {
  const { admin, close } = await edited();
  await fireEvent.click(screen.getByRole('tab', { name: 'Users' }));
  expect(admin.sentArgs('settings.set')).toEqual([]);
  await fireEvent.click(button('OK'));
  await waitFor(() => expect(close).toHaveBeenCalledOnce());
  expect(admin.setting('quota.messages')).toBe(7);
});

it('changes nothing on Cancel and closes the window of the app', async () => {
  const { admin, close } = await edited();
  await fireEvent.click(button('Cancel'));
  expect(close).toHaveBeenCalledOnce();
  expect(admin.sentArgs('settings.set')).toEqual([]);
});

it('has no OK in a browser, which no page can close, and Cancel only while it takes something back', async () => {
  render(App, { admin: new FakeAdmin({}) });
  const names = () => screen.getAllByRole('button').map(({ textContent }) => textContent?.trim());
  expect(names()).not.toContain('OK');
  expect(names()).not.toContain('Cancel');
  await fireEvent.click(screen.getByRole('tab', { name: 'General' }));
  const field = (await screen.findByLabelText('Messages per user')) as HTMLInputElement;
  await fireEvent.input(field, { target: { value: '7' } });
  await fireEvent.click(button('Cancel'));
  expect(field.value).toBe('0');
});

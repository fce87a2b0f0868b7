import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeAdmin } from './api/fake-admin.ts';

afterEach(cleanup);

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

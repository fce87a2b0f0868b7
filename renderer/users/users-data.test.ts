import { describe, expect, it } from 'vitest';
import { FakeAdmin } from '../api/fake-admin.ts';
import { UsersData } from './users-data.svelte.ts';

describe('the list of users', () => {
  it('is not read 500 times because 500 users were added, but is up to date in the end', async () => {
    const { admin, data } = await opened();
    for (let at = 0; at < 500; at += 1) admin.emit({ event: 'users.changed' });
    await data.refresh();
    expect(admin.sentArgs('users.list').length).toBeLessThanOrEqual(4);
    expect(data.loaded).toBe(true);
  });

  it('keeps what is shown when the server is gone, and says so', async () => {
    const { admin, data } = await opened();
    admin.reachable = false;
    await data.refresh();
    expect([data.groups.length, data.problem]).toEqual([1, 'The server does not answer.']);
    admin.reachable = true;
    await data.refresh();
    expect(data.problem).toBeUndefined();
  });

  it('stops listening and asking when it is no longer shown', async () => {
    const { admin, stop } = await opened();
    const before = admin.sent.length;
    stop();
    admin.emit({ event: 'users.changed' });
    await new Promise((resolve) => setTimeout(resolve));
    expect([admin.listeners, admin.sent.length]).toEqual([0, before]);
  });
});

async function opened() {
  const admin = new FakeAdmin({ 'users.list': () => [], 'groups.list': () => [{ name: 'sales', members: [] }] });
  const data = new UsersData(admin);
  const stop = data.open();
  await data.refresh();
  return { admin, data, stop };
}

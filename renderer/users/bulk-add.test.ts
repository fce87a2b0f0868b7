import { describe, expect, it } from 'vitest';
import { type Answers, CallFails, FakeAdmin } from '../api/fake-admin.ts';
import { BulkAdd } from './bulk-add.svelte.ts';
import { bulkRows } from './bulk-rows.ts';

const text = 'karen,long-password\nolaf,short\nnobody,\npiet,long-password,20\n';

describe('adding many users', () => {
  it('goes on after one that is refused, and lists him with the reason', async () => {
    const admin = new FakeAdmin(strict());
    const work = new BulkAdd(admin, bulkRows(text, []));
    await work.run();
    expect([work.added, work.done, work.total, work.ended]).toEqual([2, 4, 4, true]);
    expect(work.skipped).toEqual([
      { line: 2, name: 'olaf', reason: 'too short' },
      { line: 3, name: 'nobody', reason: 'The password is missing.' },
    ]);
    expect(admin.sentArgs('users.add')).toEqual([
      { name: 'karen', password: 'long-password' },
      { name: 'olaf', password: 'short' },
      { name: 'piet', password: 'long-password', quota: { octets: 20_971_520, messages: 0 } },
    ]);
  });

  it('stops at Cancel, keeps who was added and lists who was not', async () => {
    const work: BulkAdd = new BulkAdd(new FakeAdmin({ 'users.add': () => work.cancel() }), bulkRows(text, []));
    await work.run();
    expect([work.added, work.ended]).toEqual([1, true]);
    expect(work.skipped.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'Cancelled before its turn.'],
      [3, 'Cancelled before its turn.'],
      [4, 'Cancelled before its turn.'],
    ]);
  });

  it('ends when the server is gone, with everybody on the list', async () => {
    const admin = new FakeAdmin();
    admin.reachable = false;
    const work = new BulkAdd(admin, bulkRows(text, []));
    await work.run();
    expect([work.added, work.skipped.length, work.ended]).toEqual([0, 4, true]);
  });
});

function strict(): Answers {
  return {
    'users.add': ({ password }) => {
      if (password.length < 8) throw new CallFails('invalid', 'too short', 'password');
    },
  };
}

import { describe, expect, it } from 'vitest';
import { CallFails, FakeAdmin } from '../api/fake-admin.ts';
import { Draft } from './draft.svelte.ts';

const failed = 'imap4.advanced.maxFailedLogins';
const perUser = 'imap4.advanced.concurrentLoginsPerUser';
const bindings = 'imap4.general.bindings';

describe('a draft of settings', () => {
  it('sends nothing before Apply, and then exactly what was changed, with what it was', async () => {
    const { admin, draft } = await opened();
    draft.edit(failed, 5);
    draft.edit(perUser, 7);
    draft.edit(perUser, 20);
    expect([draft.changedKeys, draft.value(failed), admin.setting(failed)]).toEqual([[failed], 5, 3]);
    expect(admin.sentArgs('settings.set')).toEqual([]);
    expect(await draft.apply()).toBe(true);
    expect(admin.sentArgs('settings.set')).toEqual([{ values: { [failed]: 5 }, expected: { [failed]: 3 } }]);
    expect([admin.setting(failed), draft.changed]).toEqual([5, false]);
  });

  it('is empty again after reset, whatever was edited', async () => {
    const { admin, draft } = await opened();
    draft.edit(failed, -1);
    draft.reset();
    expect([draft.value(failed), draft.changed, draft.valid]).toEqual([3, false, true]);
    expect(await draft.apply()).toBe(true);
    expect(admin.sentArgs('settings.set')).toEqual([]);
  });

  it.each([
    ['a number out of its range', failed, 101, 'a whole number from 0 to 100'],
    ['an emptied number', failed, undefined, 'where 0 means no limit'],
    [
      'two listeners at one place',
      bindings,
      twice({ address: '*', port: 143, encryption: 'tls' }),
      '16 different places',
    ],
  ])('keeps %s to itself and says why', async (_, key, value, reason) => {
    const { admin, draft } = await opened();
    draft.edit(key as typeof failed, value);
    expect(draft.error(key as typeof failed)).toMatch(/^Must be /);
    expect(draft.error(key as typeof failed)).toContain(reason);
    expect([draft.valid, await draft.apply()]).toEqual([false, false]);
    expect(admin.sentArgs('settings.set')).toEqual([]);
  });

  it('takes over what somebody else changes where nothing is edited here', async () => {
    const { admin, draft } = await opened();
    draft.edit(failed, 5);
    admin.changeElsewhere(perUser, 50);
    await settled();
    expect([draft.value(perUser), draft.changedKeys, draft.valid]).toEqual([50, [failed], true]);
  });

  it('shows a value changed elsewhere while it is edited here, and overwrites neither', async () => {
    const { admin, draft } = await opened();
    draft.edit(failed, 5);
    admin.changeElsewhere(failed, 9);
    await settled();
    expect([draft.value(failed), draft.changedElsewhere(failed)]).toEqual([5, { value: 9 }]);
    expect([draft.valid, await draft.apply(), admin.setting(failed)]).toEqual([false, false, 9]);
    draft.takeTheirs(failed);
    expect([draft.value(failed), draft.changed, draft.valid]).toEqual([9, false, true]);
  });

  it('sends its own value when the user has seen the other and wants his', async () => {
    const { admin, draft } = await opened();
    draft.edit(failed, 5);
    admin.changeElsewhere(failed, 9);
    await settled();
    draft.keepMine(failed);
    expect([draft.changedElsewhere(failed), await draft.apply(), admin.setting(failed)]).toEqual([undefined, true, 5]);
  });

  it('has nothing left to do when somebody else has set the same', async () => {
    const { admin, draft } = await opened();
    draft.edit(failed, 5);
    admin.changeElsewhere(failed, 5);
    await settled();
    expect([draft.changed, draft.changedElsewhere(failed)]).toEqual([false, undefined]);
  });

  it('learns from a conflict what it had not been told, and applies none of its changes', async () => {
    const { admin, draft } = await opened();
    admin.changeElsewhere(failed, 9, false);
    draft.edit(failed, 5);
    draft.edit(perUser, 7);
    expect(await draft.apply()).toBe(false);
    expect([admin.setting(failed), admin.setting(perUser)]).toEqual([9, 20]);
    expect([draft.changedElsewhere(failed), draft.value(perUser)]).toEqual([{ value: 9 }, 7]);
  });

  it('shows what only the server knows at its field, until that is edited', async () => {
    const admin = new FakeAdmin({
      'settings.set': () => {
        throw new CallFails('invalid', 'that port is taken', bindings);
      },
    });
    const { draft } = await opened(admin);
    draft.edit(bindings, [{ address: '*', port: 25, encryption: 'tls' }]);
    expect([await draft.apply(), draft.error(bindings), draft.valid]).toEqual([false, 'that port is taken', false]);
    draft.edit(bindings, [{ address: '*', port: 26, encryption: 'tls' }]);
    expect([draft.error(bindings), draft.valid]).toEqual([undefined, true]);
  });

  it('keeps the edits while the server cannot be reached, says so, and applies them later', async () => {
    const { admin, draft } = await opened();
    draft.edit(failed, 5);
    admin.reachable = false;
    expect([await draft.apply(), draft.problem]).toEqual([false, 'The server does not answer.']);
    admin.reachable = true;
    expect([draft.value(failed), await draft.apply(), draft.problem]).toEqual([5, true, undefined]);
    expect(admin.setting(failed)).toBe(5);
  });

  it('is not misled by a reply that was asked for before it applied', async () => {
    const { admin, draft } = await opened();
    draft.edit(failed, 5);
    const old = draft.load();
    await Promise.all([old, draft.apply()]);
    await settled();
    expect([draft.value(failed), admin.setting(failed), draft.changed]).toEqual([5, 5, false]);
  });

  it('keeps what is typed while it applies, as a change of what was applied', async () => {
    const { admin, draft } = await opened();
    draft.edit(failed, 5);
    const applied = draft.apply();
    draft.edit(failed, 6);
    expect(await applied).toBe(true);
    expect([admin.setting(failed), draft.value(failed), draft.changedElsewhere(failed)]).toEqual([5, 6, undefined]);
    expect([await draft.apply(), admin.setting(failed)]).toEqual([true, 6]);
  });

  it('stops listening when it is closed', async () => {
    const { admin, close } = await opened();
    expect(admin.listeners).toBe(1);
    close();
    expect(admin.listeners).toBe(0);
  });
});

async function opened(admin = new FakeAdmin()) {
  const draft = new Draft(admin, [failed, perUser, bindings]);
  const close = draft.open();
  await settled();
  expect(draft.loaded).toBe(true);
  return { admin, draft, close };
}

/** Everything that is under way has come. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function twice<Item>(item: Item): Item[] {
  return [item, item];
}

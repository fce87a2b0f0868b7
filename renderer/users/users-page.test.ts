import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { GroupSummary, UserSummary } from '../../core/admin/contract.ts';
import { type Answers, CallFails, FakeAdmin } from '../api/fake-admin.ts';
import UsersPage from './UsersPage.svelte';

afterEach(cleanup);

describe('the Users page', () => {
  it('says what to do next where there is nobody', async () => {
    render(UsersPage, {
      admin: new FakeAdmin({ 'users.list': () => [], 'groups.list': () => [], 'jobs.list': () => [] }),
    });
    expect(await screen.findByText(/There are no users yet\. Choose Add…/)).toBeTruthy();
  });

  it('adds a user after OK and not before, and closes', async () => {
    const { admin } = await opened();
    await press('Add…');
    await type('Name', ' olaf ');
    await type('Password', 'long-password');
    expect(button('OK').disabled).toBe(true);
    await type('Password again', 'long-password');
    expect(admin.sentArgs('users.add')).toEqual([]);
    await press('OK');
    expect(admin.sentArgs('users.add')).toEqual([{ name: 'olaf', password: 'long-password' }]);
    await noDialog();
  });

  it('sends no password that was mistyped', async () => {
    await opened();
    await press('Add…');
    await type('Name', 'olaf');
    await type('Password', 'long-password');
    await type('Password again', 'long-passwort');
    expect(screen.getByText(/The two passwords differ/)).toBeTruthy();
    expect(button('OK').disabled).toBe(true);
  });

  it('shows the generated password that it sends', async () => {
    const { admin } = await opened();
    await select('karen');
    await press('Password…');
    await press('Generate a password');
    const shown = (screen.getByLabelText('Generated password') as HTMLInputElement).value;
    expect(shown).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    await press('OK');
    expect(admin.sentArgs('users.setPassword')).toEqual([{ name: 'karen', password: shown }]);
  });

  it("shows the server's refusal at the field, keeps the dialog, and sends anew", async () => {
    const refuse = () => {
      throw new CallFails('invalid', 'A password needs at least 8 characters', 'password');
    };
    const { answers, admin } = await opened({ 'users.add': refuse });
    await press('Add…');
    await type('Name', 'olaf');
    await type('Password', 'short');
    await type('Password again', 'short');
    await press('OK');
    await waitFor(() => expect(described('Password')).toContain('at least 8 characters'));
    answers['users.add'] = () => undefined;
    await press('OK');
    await noDialog();
    expect(admin.sentArgs('users.add')).toHaveLength(2);
  });

  it('changes nothing on Cancel', async () => {
    const { admin } = await opened();
    await select('karen');
    await more('Rename…');
    await type('New name', 'carin');
    await press('Cancel');
    await noDialog();
    expect(admin.sentArgs('users.rename')).toEqual([]);
  });

  it('renames, and says at the field when the name is taken', async () => {
    const taken = () => {
      throw new CallFails('conflict', 'There is a user olaf already', 'newName');
    };
    const { admin } = await opened({ 'users.rename': taken });
    await select('karen');
    await more('Rename…');
    expect(button('OK').disabled).toBe(true);
    await type('New name', 'olaf');
    await press('OK');
    await waitFor(() => expect(described('New name')).toContain('There is a user olaf already'));
    expect(admin.sentArgs('users.rename')).toEqual([{ name: 'karen', newName: 'olaf' }]);
  });

  it('leads to what the selected user, and nobody else, types into his mail programs', async () => {
    const { admin } = await opened();
    await select('karen');
    await more('Set up mail programs…');
    expect(screen.getByRole('dialog', { name: 'Set Up Mail Programs of karen' })).toBeTruthy();
    expect(admin.sentArgs('clients.info')).toEqual([{ user: 'karen' }]);
    await press('Close');
    await noDialog();
  });

  it('gives a user a quota of his own in octets, and the defaults back', async () => {
    const { admin } = await opened();
    await select('karen');
    await press('Quota…');
    await choose('His own');
    await type(/^Storage(?! of)/, '500');
    await type(/^Messages(?! of)/, '1000');
    await press('OK');
    await noDialog();
    await press('Quota…');
    await choose('The defaults of the General page');
    await press('OK');
    expect(admin.sentArgs('users.setQuota')).toEqual([
      { name: 'karen', quota: { octets: 524_288_000, messages: 1000 } },
      { name: 'karen' },
    ]);
  });

  it('deletes only when the name was typed, and keeps the mail unless told otherwise', async () => {
    const { admin } = await opened();
    await select('karen');
    await press('Delete…');
    await type('Type karen to confirm', 'kare');
    expect(button('Delete').disabled).toBe(true);
    await type('Type karen to confirm', 'karen');
    await press('Delete');
    await noDialog();
    await press('Delete…');
    await choose('Delete all mail for good');
    await type('Type karen to confirm', 'karen');
    await press('Delete');
    expect(admin.sentArgs('users.remove')).toEqual([
      { name: 'karen', mail: 'keep' },
      { name: 'karen', mail: 'delete' },
    ]);
  });

  it('disables, enables and unlocks the selected user, from every address', async () => {
    const { admin, users } = await opened();
    await select('karen');
    await press('Unlock');
    await waitFor(() => expect(admin.sentArgs('lockouts.unlock')).toHaveLength(2));
    await press('Disable');
    users[0] = user({ disabled: true, lockedFrom: [] });
    admin.emit({ event: 'users.changed' });
    await waitFor(() => expect(button('Enable').disabled).toBe(false));
    await press('Enable');
    expect([admin.sentArgs('users.disable'), admin.sentArgs('users.enable')]).toEqual([
      [{ name: 'karen' }],
      [{ name: 'karen' }],
    ]);
    expect(admin.sentArgs('lockouts.unlock').map(({ address }) => address)).toEqual(['10.0.0.7', '10.0.0.8']);
  });

  it('says from where somebody is locked out, beside the way to let him in', async () => {
    await opened();
    await select('karen');
    expect((await screen.findByRole('alert')).textContent).toMatch(/karen is locked out from 10\.0\.0\.7, 10\.0\.0\.8/);
  });

  it('tells whoever deletes somebody how to keep a copy of the mail first', async () => {
    await opened();
    await select('karen');
    await press('Delete…');
    expect(screen.getByText(/choose Cancel, then Mail, Export mail…/)).toBeTruthy();
  });

  it('shows how full a quota is in the unit in which it is set', async () => {
    await opened();
    await select('karen');
    expect((await screen.findByRole('meter', { name: 'Storage of karen' })).getAttribute('aria-valuetext')).toBe(
      '250 MiB of 500 MiB (50\u00a0%)',
    );
  });

  it('does nothing to anybody while nobody is selected', async () => {
    await opened();
    for (const name of ['Password…', 'Quota…', 'Mail', 'Disable', 'Delete…']) expect(button(name).disabled).toBe(true);
    expect(screen.queryByRole('button', { name: 'Unlock' })).toBeNull();
    await press('More');
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Rename…' }));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('adds from pasted CSV: a preview first, then all that can be added, and a list of what was not', async () => {
    const { admin } = await opened({
      'users.add': ({ name }) => {
        if (name === 'olaf') throw new CallFails('invalid', 'too short', 'password');
      },
    });
    await more('Add from CSV…');
    await type('Or paste the lines', 'olaf,short\nKAREN,long-password\npiet,long-password,20');
    expect(screen.getByText('2 users will be added, 1 line will be skipped.')).toBeTruthy();
    expect(screen.getByText('There is a user of this name already.')).toBeTruthy();
    expect(admin.sentArgs('users.add')).toEqual([]);
    await press('Add users');
    expect(await screen.findByText('1 user added, 2 lines skipped.')).toBeTruthy();
    expect(screen.getByText('too short')).toBeTruthy();
    expect(admin.sentArgs('users.add').map(({ name }) => name)).toEqual(['olaf', 'piet']);
  });

  it('stops listening when it is no longer shown', async () => {
    const { admin, unmount } = await opened();
    expect(admin.listeners).toBeGreaterThan(0);
    unmount();
    expect(admin.listeners).toBe(0);
  });
});

describe('the Groups dialog', () => {
  it('adds, renames, fills and removes a group', async () => {
    const { admin, groups } = await opened();
    await more('Groups…');
    await type('New group', 'support');
    await press('Add group');
    await waitFor(() => expect((screen.getByLabelText('New group') as HTMLInputElement).value).toBe(''));
    await select('sales');
    await type('Group name', 'selling');
    await press('Rename group');
    groups[0] = { name: 'selling', members: [] };
    admin.emit({ event: 'groups.changed' });
    await screen.findByText('Group selling');
    await fireEvent.click(screen.getByLabelText('karen'));
    expect(admin.sentArgs('groups.setMembers')).toEqual([]);
    await press('Save members');
    await press('Remove group…');
    expect(admin.sentArgs('groups.remove')).toEqual([]);
    await press('Remove');
    expect(admin.sent.filter(({ name }) => name.startsWith('groups.') && name !== 'groups.list')).toEqual([
      { name: 'groups.add', args: { name: 'support', members: [] } },
      { name: 'groups.rename', args: { name: 'sales', newName: 'selling' } },
      { name: 'groups.setMembers', args: { name: 'selling', members: ['karen'] } },
      { name: 'groups.remove', args: { name: 'selling' } },
    ]);
  });

  it('does not close over a typed name at Enter, but adds the group', async () => {
    const { admin } = await opened();
    await more('Groups…');
    await type('New group', 'support');
    await fireEvent.keyDown(screen.getByLabelText('New group'), { key: 'Enter' });
    await waitFor(() => expect(admin.sentArgs('groups.add')).toEqual([{ name: 'support', members: [] }]));
    expect(screen.getByRole('dialog')).toBeTruthy();
  });

  it('says at the field why a group is not added', async () => {
    const refuse = () => {
      throw new CallFails('conflict', 'There is a group sales already', 'name');
    };
    await opened({ 'groups.add': refuse });
    await more('Groups…');
    await type('New group', 'Sales');
    await press('Add group');
    await waitFor(() => expect(described('New group')).toContain('There is a group sales already'));
  });
});

function user(values: Partial<UserSummary> = {}): UserSummary {
  const quota = { octets: 262_144_000, messages: 12, octetsLimit: 524_288_000, messagesLimit: 0, own: false };
  const rest = { accountId: 'a1', disabled: false, createdAt: 0, groups: [], sessions: 2 };
  return { name: 'karen', quota, lockedFrom: ['10.0.0.7', '10.0.0.8'], ...rest, ...values };
}

async function opened(given: Answers = {}) {
  const users = [user()];
  const groups: GroupSummary[] = [{ name: 'sales', members: [] }];
  const nothing = () => undefined;
  const answers: Answers = {
    'users.list': () => users,
    'groups.list': () => groups,
    'jobs.list': () => [],
    'users.add': nothing,
    'users.rename': nothing,
    'users.setPassword': nothing,
    'users.disable': nothing,
    'users.enable': nothing,
    'users.setQuota': nothing,
    'users.remove': nothing,
    'groups.add': nothing,
    'groups.rename': nothing,
    'groups.setMembers': nothing,
    'groups.remove': nothing,
    'lockouts.unlock': nothing,
    ...given,
  };
  const admin = new FakeAdmin(answers);
  const { unmount } = render(UsersPage, { admin });
  await screen.findByText('karen');
  return { admin, answers, users, groups, unmount };
}

const button = (name: string) => screen.getByRole('button', { name }) as HTMLButtonElement;
const press = async (name: string) => {
  await waitFor(() => expect(button(name).disabled).toBe(false));
  await fireEvent.click(button(name));
};
const more = async (name: string) => {
  await press('More');
  await fireEvent.click(screen.getByRole('menuitem', { name }));
};
const type = (label: string | RegExp, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
const choose = (label: string) => fireEvent.click(screen.getByLabelText(label));
const noDialog = () => waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());

async function select(text: string) {
  const lists = screen.getAllByText(text);
  await fireEvent.click(lists[0]!);
}

/** What a screen reader says behind the field's name. */
function described(label: string): string {
  const ids = screen.getByLabelText(label).getAttribute('aria-describedby')?.split(' ') ?? [];
  return ids.map((id) => within(document.body).queryByText((_, node) => node?.id === id)?.textContent ?? '').join(' ');
}

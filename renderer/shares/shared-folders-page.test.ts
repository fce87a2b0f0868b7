import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { SharedMailbox, UserSummary } from '../../core/admin/contract.ts';
import { type Answers, CallFails, FakeAdmin } from '../api/fake-admin.ts';
import SharedFoldersPage from './SharedFoldersPage.svelte';

const karen = { kind: 'user', name: 'karen' } as const;
const inbox = 'INBOX (olaf: Read, -$sales: Taken away: Own choice)';

afterEach(cleanup);

describe('the Shared Folders page', () => {
  it('says what to do next where nothing is shared', async () => {
    render(SharedFoldersPage, { admin: new FakeAdmin({ ...readAnswers(), 'shares.list': () => [] }) });
    expect(await screen.findByText(/Nothing is shared yet\. Choose Share a folder…/)).toBeTruthy();
  });

  it('shows who shares what with whom, and each entry in words', async () => {
    await opened();
    await choose(inbox);
    expect(screen.getByText('see, read')).toBeTruthy();
    expect(screen.getByText('-$sales')).toBeTruthy();
    expect(screen.getByText('see, read, keep seen-state, write flags, delete messages')).toBeTruthy();
  });

  it('gives a user a preset with one more right, after OK and not before', async () => {
    const { admin } = await opened();
    await choose(inbox);
    await press('Add…');
    expect(button('OK').disabled).toBe(true);
    await pick('User', 'piet');
    await pick('Rights', 'mark');
    await fireEvent.click(screen.getByLabelText('administer'));
    expect(admin.sentArgs('shares.set')).toEqual([]);
    await press('OK');
    expect(admin.sentArgs('shares.set')).toEqual([
      { owner: karen, mailbox: 'INBOX', identifier: 'piet', rights: 'lrsa', subscribe: true },
    ]);
    await noDialog();
  });

  it('takes rights away from a group, and from everybody', async () => {
    const { admin } = await opened();
    await choose(inbox);
    await press('Add…');
    await fireEvent.click(screen.getByLabelText('A group'));
    await pick('Group', 'sales');
    await fireEvent.click(screen.getByLabelText('Take these rights away'));
    await press('OK');
    await noDialog();
    await press('Add…');
    await fireEvent.click(screen.getByLabelText('Everybody who has a user name'));
    await press('OK');
    expect(admin.sentArgs('shares.set').map(({ identifier, rights }) => [identifier, rights])).toEqual([
      ['-$sales', 'lr'],
      ['anyone', 'lr'],
    ]);
  });

  it("shows the server's refusal and keeps the dialog", async () => {
    const refuse = () => {
      throw new CallFails('invalid', 'There is no user piet any more', 'identifier');
    };
    await opened({ 'shares.set': refuse });
    await choose(inbox);
    await press('Add…');
    await pick('User', 'piet');
    await press('OK');
    expect(await screen.findByText('There is no user piet any more')).toBeTruthy();
    expect(screen.getByRole('dialog')).toBeTruthy();
  });

  it('changes an entry, sends no empty rights for that, and removes only when confirmed', async () => {
    const { admin } = await opened();
    await choose(inbox);
    await choose('olaf');
    await press('Change…');
    for (const right of ['see', 'read']) await fireEvent.click(screen.getByLabelText(right));
    expect(button('OK').disabled).toBe(true);
    await pick('Rights', 'full');
    await press('OK');
    await noDialog();
    await press('Remove');
    expect(admin.sentArgs('shares.set')).toHaveLength(1);
    await press('Cancel');
    await noDialog();
    expect(admin.sentArgs('shares.set').map(({ identifier, rights }) => [identifier, rights])).toEqual([
      ['olaf', 'lrswipkxtea'],
    ]);
  });

  it('says what a user may do in the end, and asks anew when the entries change', async () => {
    const { admin, answers, shares } = await opened();
    await choose(inbox);
    await pick('User to look at', 'piet');
    expect(await screen.findByText('piet may: see, read.')).toBeTruthy();
    answers['shares.effective'] = () => '';
    shares[0] = { owner: karen, mailbox: 'INBOX', entries: [] };
    admin.emit({ event: 'shares.changed' });
    expect(await screen.findByText(/piet may do nothing here/)).toBeTruthy();
    expect(admin.sentArgs('shares.effective')[0]).toEqual({ owner: karen, mailbox: 'INBOX', user: 'piet' });
  });

  it('offers all folders of a user to be shared, and changes nothing by choosing one', async () => {
    const { admin } = await opened();
    await press('Share a folder…');
    await pick('Whose folder', 'olaf');
    await screen.findByLabelText('Folder');
    await pick('Folder', 'Projects/2026');
    await press('OK');
    expect(await screen.findByText('Who may do what with Projects/2026')).toBeTruthy();
    expect(admin.sentArgs('shares.set')).toEqual([]);
    expect(admin.sentArgs('shares.mailboxes')).toEqual([{ owner: { kind: 'user', name: 'olaf' } }]);
  });

  it('makes and renames public folders, and removes one with its mail only when confirmed', async () => {
    const { admin } = await opened();
    await press('New public folder…');
    await type('Name', 'Team');
    await press('OK');
    await noDialog();
    await choose('News');
    await press('Rename public folder…');
    await type('New name', 'Old news');
    await press('OK');
    await noDialog();
    await choose('News');
    await press('Remove public folder…');
    expect(admin.sentArgs('publicFolders.remove')).toEqual([]);
    expect(screen.getByText(/all mail in it will be gone for good/)).toBeTruthy();
    const confirms = screen.getAllByRole('button', { name: 'Remove' });
    await fireEvent.click(confirms.at(-1)!);
    expect(admin.sentArgs('publicFolders.create')).toEqual([{ name: 'Team' }]);
    expect(admin.sentArgs('publicFolders.rename')).toEqual([{ name: 'News', newName: 'Old news' }]);
    expect(admin.sentArgs('publicFolders.remove')).toEqual([{ name: 'News' }]);
  });

  it('never offers to rename or remove what belongs to a user', async () => {
    await opened();
    await choose(inbox);
    expect([button('Rename public folder…').disabled, button('Remove public folder…').disabled]).toEqual([true, true]);
  });

  it('stops listening when it is no longer shown', async () => {
    const { admin, unmount } = await opened();
    expect(admin.listeners).toBe(1);
    unmount();
    expect(admin.listeners).toBe(0);
  });
});

function readAnswers(): Answers {
  return {
    'users.list': () => ['karen', 'olaf', 'piet'].map((name) => ({ name }) as UserSummary),
    'groups.list': () => [{ name: 'sales', members: ['piet'] }],
    'shares.mailboxes': () => ['INBOX', 'Projects/2026'],
    'shares.effective': () => 'lr',
  };
}

async function opened(given: Answers = {}) {
  const shares: SharedMailbox[] = [
    {
      owner: karen,
      mailbox: 'INBOX',
      entries: [
        { identifier: 'olaf', rights: 'lr' },
        { identifier: '-$sales', rights: 'lrswt' },
      ],
    },
    { owner: { kind: 'public' }, mailbox: 'News', entries: [] },
  ];
  const nothing = () => undefined;
  const answers: Answers = {
    ...readAnswers(),
    'shares.list': () => shares,
    'shares.set': nothing,
    'publicFolders.create': nothing,
    'publicFolders.rename': nothing,
    'publicFolders.remove': nothing,
    ...given,
  };
  const admin = new FakeAdmin(answers);
  const { unmount } = render(SharedFoldersPage, { admin });
  await screen.findByText(inbox);
  return { admin, answers, shares, unmount };
}

const button = (name: string) => screen.getByRole('button', { name }) as HTMLButtonElement;
const press = async (name: string) => {
  await waitFor(() => expect(button(name).disabled).toBe(false));
  await fireEvent.click(button(name));
};
const choose = async (text: string) => {
  await fireEvent.click(screen.getAllByText(text)[0]!);
};
const type = (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });
const pick = (label: string, value: string) =>
  fireEvent.change(screen.getByRole('combobox', { name: label }), { target: { value } });
const noDialog = () => waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());

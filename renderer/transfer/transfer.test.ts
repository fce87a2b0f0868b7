import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AppCalls } from '../../core/admin/app-calls.ts';
import type { Job, UserSummary } from '../../core/admin/contract.ts';
import { readTarHeader } from '../../core/base/tar-header.ts';
import { type Answers, CallFails, FakeAdmin } from '../api/fake-admin.ts';
import { FakeApp } from '../api/fake-app.ts';
import { FakeFiles } from '../api/fake-files.ts';
import UsersPage from '../users/UsersPage.svelte';
import { filesOf, packed } from './named-files.ts';
import { jobOf } from './testing.ts';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('importing mail from files', () => {
  it('takes typed paths and a new mailbox, and shows the job it began', async () => {
    const { admin } = await opened();
    await mail('Import mail…');
    expect(button('Import').disabled).toBe(true);
    await type('What to import', '"D:\\Old mail\\a.mbox"\n/srv/b');
    await pick('Into mailbox', 'A new mailbox…');
    expect(button('Import').disabled).toBe(true);
    await type('Name of the new mailbox', ' Archive/2019 ');
    await press('Import');
    expect(await screen.findByText('3 messages, 40 kB (50 % of the files read)')).toBeTruthy();
    expect(admin.sentArgs('mail.import')).toEqual([
      {
        ...{ user: 'karen', mailbox: 'Archive/2019', skipDuplicates: true },
        source: { kind: 'paths', paths: ['D:\\Old mail\\a.mbox', '/srv/b'] },
      },
    ]);
  });

  it('takes whole folders under their own names, and then asks for no mailbox', async () => {
    const { admin } = await opened();
    await mail('Import mail…');
    await type('What to import', '/srv/mail of karen');
    await fireEvent.click(screen.getByRole('checkbox', { name: /^Keep folders/ }));
    expect(screen.queryByRole('combobox', { name: 'Into mailbox' })).toBeNull();
    await press('Import');
    await waitFor(() => expect(admin.sentArgs('mail.import')).toHaveLength(1));
    expect(admin.sentArgs('mail.import')).toEqual([
      { user: 'karen', skipDuplicates: true, source: { kind: 'paths', paths: ['/srv/mail of karen'] } },
    ]);
  });

  it('offers the mailboxes there are, and INBOX before they are known', async () => {
    await opened();
    await mail('Import mail…');
    await screen.findByRole('option', { name: 'Sent' });
    const names = screen.getAllByRole('option').map((option) => option.textContent);
    expect(names).toEqual(['INBOX', 'Sent', 'A new mailbox…']);
  });

  it('lets files be chosen in the app, and a cancelled dialog changes nothing', async () => {
    const app = new FakeApp();
    app.choices = ['/home/a.mbox', '/home/b.mbox'];
    await opened({}, app);
    await mail('Import mail…');
    await press('Files…');
    await waitFor(() => expect(typed('What to import')).toBe('/home/a.mbox\n/home/b.mbox'));
    app.choices = [];
    await press('Folder…');
    expect(typed('What to import')).toBe('/home/a.mbox\n/home/b.mbox');
    expect(app.asked).toEqual([
      ['chooseMailSource', 'files'],
      ['chooseMailSource', 'folder'],
    ]);
  });

  it('says in a browser whose disk the path is on, and has no buttons that could do nothing', async () => {
    await opened();
    await mail('Import mail…');
    expect(screen.getByText(/read from its own disk/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Files…' })).toBeNull();
  });

  it('keeps the dialog with what was typed when the server refuses it, the reason at the field', async () => {
    const refuse = () => {
      throw new CallFails('invalid', '/srv/b: there is no such file or folder', 'source');
    };
    await opened({ 'mail.import': refuse });
    await mail('Import mail…');
    await type('What to import', '/srv/b');
    await press('Import');
    expect((await screen.findByRole('alert')).textContent).toBe('/srv/b: there is no such file or folder');
    expect(typed('What to import')).toBe('/srv/b');
  });
});

describe('mail as files, in a browser', () => {
  const mbox = new File(['From x'], 'Inbox.mbox', { lastModified: 1_000_000_000_000 });
  const chooseFiles = (...files: File[]) => {
    const input = document.querySelector('input[type=file][multiple]')!;
    return fireEvent.change(input, { target: { files } });
  };

  it('is sent as one archive and imported; from another computer nobody is asked for a path', async () => {
    const files = new FakeFiles(false);
    const { admin } = await opened({}, undefined, [], files);
    await mail('Import mail…');
    expect(screen.queryByLabelText(/path/)).toBeNull();
    expect(button('Import').disabled).toBe(true);
    await chooseFiles(mbox, new File(['two'], 'b.eml'));
    expect(screen.getByText('2 files, 9 octets.')).toBeTruthy();
    await press('Import');
    await screen.findByText(/of the files read/);
    expect(admin.sentArgs('mail.import')).toEqual([
      { user: 'karen', mailbox: 'INBOX', skipDuplicates: true, source: { kind: 'upload', id: 'u1' } },
    ]);
    const archive = new Uint8Array(await files.sent[0]!.arrayBuffer());
    expect(archive.length).toBe(2 * 1_024 + 1_024);
    expect(readTarHeader(archive.subarray(0, 512))).toMatchObject({ path: 'Inbox.mbox', size: 6, modified: 1e12 });
  });

  it('shows how far it is, keeps why it was refused, and sends nothing twice for a second try', async () => {
    const files = new FakeFiles(true);
    const reply = Promise.withResolvers<Awaited<ReturnType<FakeFiles['answer']>>>();
    files.answer = () => reply.promise;
    let refuse = true;
    const given: Answers = {
      'mail.import': () => {
        if (refuse) throw new CallFails('invalid', 'Letters: holds no .eml files', 'source');
        return { job: 1 };
      },
    };
    await opened(given, undefined, [running], files);
    await mail('Import mail…');
    expect(screen.getByLabelText('Or by path')).toBeTruthy();
    await chooseFiles(mbox);
    expect(screen.queryByLabelText('Or by path')).toBeNull();
    await fireEvent.click(button('Import'));
    expect(await screen.findByText('Sending the files: 1 kB of 2 kB.')).toBeTruthy();
    expect(button('Import').disabled).toBe(true);
    reply.resolve({ ok: true, value: { id: 'u1' } });
    expect((await screen.findByRole('alert')).textContent).toBe('Letters: holds no .eml files');
    refuse = false;
    await press('Import');
    await screen.findByText(/of the files read/);
    expect(files.sent).toHaveLength(1);
  });

  it('is not sent to a disk that has no room for it: a browser hears it late', async () => {
    const files = new FakeFiles(false);
    const full = { folder: '/srv', octets: 1, isComplete: true, freeOctets: 1_000_000_000 };
    await opened({ 'data.info': () => full }, undefined, [], files);
    await mail('Import mail…');
    await chooseFiles(mbox);
    await fireEvent.click(button('Import'));
    expect((await screen.findByRole('alert')).textContent).toMatch(/no room for 2 kB: 1 GB are free/);
    expect(files.sent).toEqual([]);
  });

  it('is not sent on when the dialog is closed meanwhile', async () => {
    const files = new FakeFiles(false);
    const sending = Promise.withResolvers<AbortSignal>();
    files.answer = (signal) => {
      sending.resolve(signal);
      return new Promise(() => {});
    };
    const { admin } = await opened({}, undefined, [], files);
    await mail('Import mail…');
    await chooseFiles(mbox);
    await fireEvent.click(button('Import'));
    const signal = await sending.promise;
    await press('Cancel');
    expect(signal.aborted).toBe(true);
    expect(admin.sentArgs('mail.import')).toEqual([]);
  });

  it('is dropped onto the dialog as files and folders, however many are in them', async () => {
    await opened({}, undefined, [], new FakeFiles(false));
    await mail('Import mail…');
    const ofFile = (name: string) => ({
      ...{ isFile: true, name, file: (take: (file: File) => void) => take(new File(['x'], name)) },
    });
    const ofFolder = (name: string, ...pieces: object[][]) => ({
      ...{ isFile: false, name },
      createReader: () => ({ readEntries: (take: (entries: object[]) => void) => take(pieces.shift() ?? []) }),
    });
    const old = ofFolder('Old', [ofFile('a.eml')], [ofFolder('cur', [ofFile('1:2,S')])]);
    const items = [old, ofFile('b.mbox')].map((entry) => ({ webkitGetAsEntry: () => entry }));
    await fireEvent.drop(screen.getByText(/or drop them here/), { dataTransfer: { items } });
    expect(await screen.findByText('3 files, 3 octets.')).toBeTruthy();
    const broken = { isFile: true, name: 'x', file: (_: unknown, fail: (error: Error) => void) => fail(new Error()) };
    const dataTransfer = { items: [{ webkitGetAsEntry: () => broken }] };
    await fireEvent.drop(screen.getByText('3 files, 3 octets.'), { dataTransfer });
    expect((await screen.findByRole('alert')).textContent).toMatch(/could not be read/);
  });

  it('takes an archive that was exported as it is, and folders with all that is in them', () => {
    const tar = new File(['x'], 'Mail of karen.tar');
    expect(packed([{ path: 'Mail of karen.tar', file: tar }])).toBe(tar);
    const inFolder = Object.assign(new File(['x'], '1.eml'), { webkitRelativePath: 'Old/cur/1.eml' });
    expect(filesOf([inFolder] as unknown as FileList).map(({ path }) => path)).toEqual(['Old/cur/1.eml']);
  });

  it('is exported without a place, and saved from the job’s dialog and from the list', async () => {
    const files = new FakeFiles(false);
    const download = { name: 'karen Sent.mbox', octets: 2_000 };
    const ended = jobOf({ kind: 'export', state: 'done', endedAt: 2_000, download });
    const given: Answers = { 'mail.export': () => ({ job: 1 }), 'jobs.download': () => ({ link: 'downloads/s3' }) };
    const { admin } = await opened(given, undefined, [ended], files);
    await mail('Export mail…');
    expect(screen.queryByLabelText(/^To/)).toBeNull();
    await press('Export');
    expect(await screen.findByText(/^karen Sent.mbox \(2 kB\) waits on the server/)).toBeTruthy();
    expect(admin.sentArgs('mail.export')).toEqual([{ user: 'karen', format: 'mbox' }]);
    await press('Save file');
    await press('Close');
    await fireEvent.click(await screen.findByText('Done'));
    await press('Save file');
    await waitFor(() => expect(files.saved).toEqual(['downloads/s3', 'downloads/s3']));
  });
});

describe('importing from another server', () => {
  it('says from another computer which servers are asked, before they are typed', async () => {
    await opened({}, undefined, [], new FakeFiles(false));
    await mail('Import from another server…');
    expect(screen.getByText(/only servers on the internet are asked/)).toBeTruthy();
  });

  it('proposes the port, warns of none, and sends the password with the request alone', async () => {
    const { admin } = await opened();
    await mail('Import from another server…');
    expect(typed('Port')).toBe('993');
    await pick('Encryption', 'None');
    expect(screen.getByRole('alert').textContent).toMatch(/everybody on the way can read the password/);
    expect(typed('Port')).toBe('143');
    await pick('Encryption', 'TLS (usual)');
    expect(screen.queryByRole('alert')).toBeNull();
    await type('Server', ' imap.example.org ');
    await type('Certificate to trust (optional)', ' AB:CD ');
    await type('User name there', 'karen@example.org');
    expect(button('Import').disabled).toBe(true);
    await type('Password there', ' secret ');
    await press('Import');
    await screen.findByRole('progressbar');
    expect(admin.sentArgs('mail.importFromServer')).toEqual([
      {
        ...{ user: 'karen', host: 'imap.example.org', port: 993, tls: 'tls' },
        ...{ userName: 'karen@example.org', password: ' secret ', fingerprint: 'AB:CD' },
      },
    ]);
    expect(document.body.innerHTML).not.toContain(' secret ');
  });
});

describe('exporting mail', () => {
  it('of everything names a folder, of one mailbox a file, and the chosen place follows the format', async () => {
    const app = new FakeApp();
    const { admin } = await opened({}, app);
    await mail('Export mail…');
    await screen.findByRole('option', { name: 'Sent' });
    app.choices = ['/home/me/Mail of karen'];
    await press('Choose…');
    await waitFor(() => expect(typed('To')).toBe('/home/me/Mail of karen'));
    await pick('Mailbox', 'Sent');
    expect(typed('To')).toBe('/home/me/karen Sent.mbox');
    await fireEvent.click(screen.getByLabelText(/^\.eml/));
    expect(typed('To')).toBe('/home/me/karen Sent');
    await press('Export');
    await screen.findByRole('progressbar');
    expect(admin.sentArgs('mail.export')).toEqual([
      { user: 'karen', mailbox: 'Sent', format: 'eml', path: '/home/me/karen Sent' },
    ]);
    expect(app.asked).toEqual([['chooseExportTarget', 'Mail of karen']]);
  });

  it('tells at the field what the server does not write to', async () => {
    const refuse = () => {
      throw new CallFails('invalid', 'name a place outside it', 'path');
    };
    await opened({ 'mail.export': refuse });
    await mail('Export mail…');
    await type('To', '/srv/data');
    await press('Export');
    expect((await screen.findByRole('alert')).textContent).toBe('name a place outside it');
  });
});

describe('a job', () => {
  it('goes on when its dialog is closed, and is found again in the list', async () => {
    const { admin } = await opened({}, undefined, [running]);
    await details('Running, 50 %');
    await press('Go on in the background');
    expect(screen.queryByRole('dialog')).toBeNull();
    await details('Running, 50 %');
    await fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(admin.sentArgs('jobs.cancel')).toEqual([]);
  });

  it('is cancelled, and says what stays', async () => {
    const { admin, jobs } = await opened({}, undefined, [running]);
    await details('Running, 50 %');
    await press('Cancel import');
    expect(admin.sentArgs('jobs.cancel')).toEqual([{ id: 1 }]);
    expect(await screen.findByText('Cancelling…')).toBeTruthy();
    jobs[0] = { ...running, state: 'cancelled', endedAt: 2_000 };
    admin.emit({ event: 'jobs.changed' });
    expect(await screen.findByText(/What came by then stays/)).toBeTruthy();
  });

  it('that skipped something lists what and why, says when that is not all, and copies it', async () => {
    const skipped = [
      { what: 'a.mbox: message 7', why: 'it is too large' },
      { what: 'a.mbox: message 7', why: 'it is too large' },
    ];
    await opened({}, undefined, [{ ...running, state: 'done', endedAt: 2_000, leftOut: 5, skipped }]);
    const writeText = vi.fn(async (_: string) => undefined);
    vi.stubGlobal('navigator', { clipboard: { writeText } });
    await details('Done, some left out');
    expect(await screen.findByText('5 skipped:')).toBeTruthy();
    expect(screen.getAllByText('it is too large')).toHaveLength(2);
    expect(screen.getByText('The list has the first 2 of 5.')).toBeTruthy();
    await press('Copy list');
    expect(await screen.findByText('2 lines copied.')).toBeTruthy();
    expect(writeText.mock.calls).toEqual([['a.mbox: message 7\tit is too large\na.mbox: message 7\tit is too large']]);
    writeText.mockRejectedValueOnce(new Error('denied'));
    await press('Copy list');
    expect(await screen.findByText(/could not be copied/)).toBeTruthy();
  });

  it('that failed says why and what to do, and how much came before', async () => {
    const error = 'The disk is full; make room';
    await opened({}, undefined, [{ ...running, state: 'failed', endedAt: 2_000, error }]);
    await details('Failed');
    expect((await screen.findByRole('alert')).textContent).toContain('It failed. The disk is full; make room.');
    expect(screen.getByText('3 messages imported, 40 kB.')).toBeTruthy();
  });

  it('that began elsewhere appears at once', async () => {
    const { admin, jobs } = await opened();
    expect(screen.queryByRole('grid', { name: 'Mail jobs' })).toBeNull();
    jobs.push(jobOf({ kind: 'export', user: 'olaf' }));
    admin.emit({ event: 'jobs.changed' });
    expect(await screen.findByRole('grid', { name: 'Mail jobs' }, { timeout: 3_000 })).toBeTruthy();
  });

  it('that has ended shows what the user stores by now: the bar would stay where it was before thousands came', async () => {
    const { admin, jobs } = await opened({}, undefined, [running]);
    await screen.findByText('Running, 50 %');
    const before = admin.sentArgs('users.list').length;
    jobs[0] = { ...running, state: 'done', endedAt: 2_000 };
    admin.emit({ event: 'jobs.changed' });
    await waitFor(() => expect(admin.sentArgs('users.list').length).toBeGreaterThan(before), { timeout: 3_000 });
  });

  it('is lost with a restart of the server, and another one that has its number now is not shown in its place', async () => {
    const { admin, jobs } = await opened({}, undefined, [running]);
    await details('Running, 50 %');
    jobs[0] = jobOf({ kind: 'export', user: 'olaf', startedAt: 99_000 });
    admin.emit({ event: 'jobs.changed' });
    expect(await screen.findByText(/The server was restarted/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Cancel import' })).toBeNull();
    jobs.length = 0;
    admin.emit({ event: 'jobs.changed' });
    await press('Close');
  });

  it('cannot be cancelled twice or when it has ended', async () => {
    const { admin } = await opened({}, undefined, [running, jobOf({ id: 2, state: 'done', endedAt: 2_000 })]);
    await fireEvent.click(await screen.findByText('Done'));
    expect(button('Cancel job').disabled).toBe(true);
    await fireEvent.click(screen.getByText('Running, 50 %'));
    await press('Cancel job');
    await waitFor(() => expect(admin.sentArgs('jobs.cancel')).toEqual([{ id: 1 }]));
  });
});

const running = jobOf({ done: 50, total: 100, transferred: 3, octets: 40_000 });

const karen: UserSummary = {
  ...{ name: 'karen', accountId: 'a1', disabled: false, createdAt: 0, groups: [], sessions: 0, lockedFrom: [] },
  quota: { octets: 0, messages: 0, octetsLimit: 0, messagesLimit: 0, own: false },
};

async function opened(given: Answers = {}, app?: AppCalls, jobs: Job[] = [], files?: FakeFiles) {
  const begin = (kind: Job['kind']) => () => {
    jobs.push({ ...running, kind });
    return { job: 1 };
  };
  const admin = new FakeAdmin({
    'users.list': () => [karen],
    'groups.list': () => [],
    'shares.mailboxes': () => ['INBOX', 'Sent'],
    'mail.import': begin('import'),
    'mail.importFromServer': begin('importFromServer'),
    'mail.export': begin('export'),
    'jobs.list': () => jobs,
    'jobs.cancel': () => undefined,
    'jobs.get': ({ id }) => {
      const job = jobs.find((one) => one.id === id);
      if (job === undefined) throw new CallFails('notFound', `There is no job ${id}`, 'id');
      return job;
    },
    ...given,
  });
  render(UsersPage, { admin, app, files });
  await fireEvent.click((await screen.findAllByText('karen'))[0]!);
  return { admin, jobs };
}

async function mail(item: string) {
  await press('Mail');
  await fireEvent.click(screen.getByRole('menuitem', { name: item }));
}

/** Opens the job of this state from the list. */
async function details(state: string) {
  await fireEvent.dblClick(await screen.findByText(state));
  await screen.findByRole('dialog', { name: 'Import Mail for karen' });
}

const button = (name: string) => screen.getByRole('button', { name }) as HTMLButtonElement;
const press = async (name: string) => {
  await waitFor(() => expect(button(name).disabled).toBe(false));
  await fireEvent.click(button(name));
};
const field = (label: string) => screen.getByLabelText(label) as HTMLInputElement;
const typed = (label: string) => field(label).value;
const type = (label: string, value: string) => fireEvent.input(field(label), { target: { value } });

async function pick(label: string, option: string) {
  const found = await screen.findByRole('option', { name: option });
  await fireEvent.change(field(label), { target: { value: (found as HTMLOptionElement).value } });
}

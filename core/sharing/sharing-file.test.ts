import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemFiles } from '../base/durable-file.ts';
import { UserError } from '../base/errors.ts';
import { sharingLimits } from '../base/limits.ts';
import { rightsFromText } from '../mail/rights.ts';
import { AccessLists } from './access-lists.ts';

let file: string;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mailroom-sharing-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  file = join(folder, 'sharing.json');
});

const list = (entries: Record<string, string>) =>
  new Map(Object.entries(entries).map(([who, letters]) => [who, rightsFromText(letters)!]));

describe('the file of what is shared', () => {
  it('has after a restart what was promised, and stays out of strangers’ hands', async () => {
    const lists = await AccessLists.open(file);
    await lists.change((draft) => {
      draft.set('karen', 'Fa', list({ 'user:bob': 'lrs', '-group:g1': 'w', anyone: 'l' }));
      draft.set('karen', 'Fb', list({ anyone: 'lrswipkxtea' }));
    });
    await lists.change((draft) => draft.set('karen', 'Fb', new Map()));
    const again = await AccessLists.open(file);
    expect(again.get('karen', 'Fa')).toEqual(list({ 'user:bob': 'lrs', '-group:g1': 'w', anyone: 'l' }));
    expect([...again.of('karen').keys()]).toEqual(['Fa']);
    expect(again.ownersNaming(['user:bob'])).toEqual(new Set(['karen']));
    expect(again.ownersNaming(['group:g1'])).toEqual(new Set());
  });

  it.each([
    ['nothing at all', ''],
    ['half of what was written', '{"version": 1, "mailboxes": [{"account": "k"'],
    ['something else', '[]'],
    ['a right there is not', '{"version":1,"mailboxes":[{"account":"k","mailbox":"F","entries":{"anyone":"lq"}}]}'],
    ['an entry for nobody', '{"version":1,"mailboxes":[{"account":"k","mailbox":"F","entries":{"bob":"l"}}]}'],
  ])('is not used with %s in it: nobody would know who is locked out', async (_, content) => {
    await writeFile(file, content);
    await expect(AccessLists.open(file)).rejects.toThrow(UserError);
    await expect(AccessLists.open(file)).rejects.toThrow(/sharing\.json, cannot be used: .*backup/);
    expect(await readFile(file, 'utf8')).toBe(content);
  });

  it('of a newer Mailroom is left alone, and said to be one', async () => {
    await writeFile(file, '{"version":2,"shares":[]}');
    await expect(AccessLists.open(file)).rejects.toThrow(/newer Mailroom/);
  });

  it('keeps what a later version put beside what we know', async () => {
    const record = { account: 'k', mailbox: 'F', entries: { anyone: 'l' }, since: 2031 };
    await writeFile(file, JSON.stringify({ version: 1, later: [1], mailboxes: [record] }));
    const lists = await AccessLists.open(file);
    await lists.change((draft) => draft.set('k', 'G', list({ anyone: 'r' })));
    const written = JSON.parse(await readFile(file, 'utf8'));
    expect(written).toMatchObject({ later: [1], mailboxes: [record, { mailbox: 'G' }] });
  });

  it('on a full disk promises nothing, and what was there holds', async () => {
    let full = false;
    const files = {
      ...systemFiles,
      rename: (from: string, to: string) => (full ? Promise.reject(new Error('ENOSPC')) : systemFiles.rename(from, to)),
    };
    const lists = await AccessLists.open(file, { files });
    await lists.change((draft) => draft.set('k', 'F', list({ anyone: 'l' })));
    let told = 0;
    lists.onChange(() => told++);
    full = true;
    await expect(lists.change((draft) => draft.set('k', 'F', new Map()))).rejects.toThrow(/cannot be written.*ENOSPC/);
    expect(lists.get('k', 'F')).toEqual(list({ anyone: 'l' }));
    full = false;
    await lists.change((draft) => draft.set('k', 'G', list({ anyone: 'r' })));
    expect(told).toBe(1);
    expect((await AccessLists.open(file)).of('k')).toEqual(lists.of('k'));
    expect(lists.get('k', 'F')).toEqual(list({ anyone: 'l' }));
  });

  it('takes changes that come at once one after another: none is lost', async () => {
    const lists = await AccessLists.open(file);
    const names = Array.from({ length: 20 }, (_, i) => `user:u${i}`);
    await Promise.all(
      names.map((name) =>
        lists.change(async (draft) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          draft.set('k', 'F', new Map([...draft.get('k', 'F'), [name, rightsFromText('l')!]]));
        }),
      ),
    );
    expect([...lists.get('k', 'F').keys()].sort()).toEqual(names.toSorted());
  });

  it('does not grow without end by one user’s doing', async () => {
    const lists = await AccessLists.open(file);
    const many = (count: number, name: (i: number) => string) => Array.from({ length: count }, (_, i) => name(i));
    const tooLong = Object.fromEntries(many(sharingLimits.entries + 1, (i) => `user:u${i}`).map((who) => [who, 'l']));
    await expect(lists.change((draft) => draft.set('k', 'F', list(tooLong)))).rejects.toMatchObject({ code: 'LIMIT' });
    const tooMany = many(sharingLimits.mailboxes + 1, (i) => `F${i}`);
    const all = lists.change((draft) => {
      for (const id of tooMany) draft.set('k', id, list({ anyone: 'l' }));
    });
    await expect(all).rejects.toMatchObject({ code: 'LIMIT' });
    expect(lists.of('k').size).toBe(0);
  });
});

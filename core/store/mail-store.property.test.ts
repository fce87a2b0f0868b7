import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredAccount, StoredMailbox } from '../mail/ports.ts';
import { checkMailStore } from './check/check-store.ts';
import type { FileLayer } from './files/file-layer.ts';
import { systemFiles } from './files/system-files.ts';
import type { RunningMailStore } from './mail-store.ts';
import { heldFiles } from './testing/held-files.ts';
import { copyFolder } from './testing/simulated-disk.ts';
import {
  contentsOf,
  into,
  openTestStore,
  select,
  temporaryFolder,
  testClock,
  textMessage,
} from './testing/test-store.ts';

/** What a mailbox should hold: by UID, text and flags. */
type Messages = Map<number, { text: string; flags: Set<string> }>;
interface Model {
  mailboxes: Map<string, { messages: Messages; uidNext: number; uidValidity: number }>;
}

const NAMES = ['INBOX', 'Archive', 'New', 'New/Deep'];
const name = fc.constantFrom(...NAMES);
const uids = fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { maxLength: 4 });
const flags = fc.uniqueArray(fc.constantFrom('\\Seen', '\\Deleted', 'work'), { maxLength: 3 });

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('append' as const), name, count: fc.integer({ min: 1, max: 3 }), flags }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('copy' as const, 'move' as const), name, uids, target: name }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('store' as const),
      name,
      uids,
      mode: fc.constantFrom('add' as const, 'remove' as const, 'replace' as const),
      flags,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('expunge' as const), name, uids }) },
  fc.record({ do: fc.constantFrom('create' as const, 'delete' as const), name }),
  fc.record({ do: fc.constant('rename' as const), name, target: name }),
  fc.record({ do: fc.constantFrom('reopen' as const, 'kill' as const, 'compact' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('the mail store against a model', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('holds what the model holds, whatever happens in whatever order', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), fc.boolean(), async (steps, isHeld) => {
        // On Windows antivirus may have any file open when it is wanted; nobody may notice.
        const files = isHeld ? heldFiles(3) : systemFiles;
        const subject = await Subject.open(join(folder.path, String(run++)), files);
        for (const one of steps) await subject.perform(one);
        await subject.finish();
      }),
      { numRuns: 150, seed: 20240115 },
    );
  });
});

/** The store and the model, side by side. A second session watches INBOX all the time. */
class Subject {
  readonly #model: Model = { mailboxes: new Map() };
  #folder: string;
  readonly #files: FileLayer;
  #store!: RunningMailStore;
  #account!: StoredAccount;
  #watcher!: StoredMailbox;
  #texts = 0;
  /** The highest mod-sequence INBOX ever showed. */
  #modseq = 0;
  /** The highest UIDVALIDITY ever given. */
  #uidValidity = 0;
  #kills = 0;

  private constructor(folder: string, files: FileLayer) {
    this.#folder = folder;
    this.#files = files;
  }

  static async open(folder: string, files: FileLayer): Promise<Subject> {
    const subject = new Subject(folder, files);
    await subject.#open();
    const statuses = subject.#account.mailboxes().map(({ name }) => subject.#account.status(name));
    const order = (await Promise.all(statuses)).map(({ uidValidity }) => uidValidity);
    for (const i of [...order.keys()].sort((a, b) => order[a]! - order[b]!)) {
      await subject.#created(subject.#account.mailboxes()[i]!.name);
    }
    return subject;
  }

  async perform(one: Step): Promise<void> {
    const box = 'name' in one ? this.#model.mailboxes.get(one.name) : undefined;
    if ('name' in one && !box && one.do !== 'create') {
      await expect(this.#account.status(one.name)).rejects.toMatchObject({ code: 'NONEXISTENT' });
      return;
    }
    switch (one.do) {
      case 'append':
        return this.#append(one.name, one.count, one.flags);
      case 'store':
        return this.#store_(one.name, one.uids, one.mode, one.flags);
      case 'expunge':
        return this.#expunge(one.name, one.uids);
      case 'copy':
      case 'move':
        return this.#copy(one.do, one.name, one.uids, one.target);
      case 'create':
        return this.#create(one.name);
      case 'delete':
        return this.#delete(one.name);
      case 'rename':
        return this.#rename(one.name, one.target);
      case 'compact':
        await this.#store.compact('a');
        return this.#compare();
      case 'reopen':
        await this.#store.close();
        await this.#open();
        return this.#compare();
      case 'kill':
        return this.#kill();
    }
  }

  async finish(): Promise<void> {
    await this.#compare();
    await this.#store.close();
    const report = await checkMailStore({ folder: this.#folder, files: this.#files, clock: testClock, repair: false });
    expect(report.findings).toEqual([]);
  }

  async #open(): Promise<void> {
    this.#store = await openTestStore(this.#folder, { files: this.#files });
    this.#account = await this.#store.account('a');
    this.#watcher = await select(this.#account, 'INBOX');
  }

  /** Goes on with what a killed process would have left. */
  async #kill(): Promise<void> {
    const left = `${this.#folder}-${++this.#kills}`;
    copyFolder(this.#folder, left);
    await this.#store.close();
    this.#folder = left;
    await this.#open();
    await this.#compare();
  }

  async #append(name: string, count: number, flags: string[]): Promise<void> {
    const box = this.#model.mailboxes.get(name)!;
    const texts = Array.from({ length: count }, () => `message ${this.#texts++}`);
    const added = await this.#account.append(
      name,
      texts.map((text) => textMessage(text, flags)),
    );
    expect(added).toEqual({ uidValidity: box.uidValidity, uids: texts.map((_, i) => box.uidNext + i) });
    for (const text of texts) box.messages.set(box.uidNext++, { text, flags: new Set(flags) });
    await this.#compare();
  }

  async #store_(name: string, uids: number[], mode: 'add' | 'remove' | 'replace', flags: string[]): Promise<void> {
    const { messages } = this.#model.mailboxes.get(name)!;
    const mailbox = await select(this.#account, name);
    const before = mailbox.state.highestModseq;
    const { modseq } = await mailbox.storeFlags(uids, { mode, flags });
    let changed = false;
    for (const uid of uids) {
      const message = messages.get(uid);
      if (!message) continue;
      const old = message.flags;
      message.flags = new Set(
        mode === 'add'
          ? [...old, ...flags]
          : mode === 'replace'
            ? flags
            : [...old].filter((flag) => !flags.includes(flag)),
      );
      changed ||= old.size !== message.flags.size || [...old].some((flag) => !message.flags.has(flag));
    }
    expect(modseq).toBe(changed ? before + 1 : undefined);
    mailbox.close();
    await this.#compare();
  }

  async #expunge(name: string, uids: number[]): Promise<void> {
    const { messages } = this.#model.mailboxes.get(name)!;
    const mailbox = await select(this.#account, name);
    const gone = uids.filter((uid) => messages.get(uid)?.flags.has('\\Deleted')).sort((a, b) => a - b);
    expect(Array.from(await mailbox.expunge(uids))).toEqual(gone);
    for (const uid of gone) messages.delete(uid);
    mailbox.close();
    await this.#compare();
  }

  async #copy(how: 'copy' | 'move', name: string, uids: number[], target: string): Promise<void> {
    const source = this.#model.mailboxes.get(name)!;
    const to = this.#model.mailboxes.get(target);
    const mailbox = await select(this.#account, name);
    if (!to) {
      await expect(mailbox[how](uids, into(target))).rejects.toMatchObject({ code: 'NONEXISTENT' });
    } else {
      const present = uids.filter((uid) => source.messages.has(uid)).sort((a, b) => a - b);
      const { sourceUids, uids: given, uidValidity } = await mailbox[how](uids, into(target));
      expect([sourceUids, given, uidValidity]).toEqual([
        present,
        present.map((_, i) => to.uidNext + i),
        to.uidValidity,
      ]);
      for (const uid of present) {
        const message = source.messages.get(uid)!;
        if (how === 'move') source.messages.delete(uid);
        to.messages.set(to.uidNext++, { text: message.text, flags: new Set(message.flags) });
      }
    }
    mailbox.close();
    await this.#compare();
  }

  async #create(name: string): Promise<void> {
    if (this.#model.mailboxes.has(name)) {
      await expect(this.#account.create(name)).rejects.toMatchObject({ code: 'ALREADYEXISTS' });
      return;
    }
    await this.#account.create(name);
    if (name === 'New/Deep' && !this.#model.mailboxes.has('New')) await this.#created('New');
    await this.#created(name);
    await this.#compare();
  }

  async #created(name: string): Promise<void> {
    const { uidValidity } = await this.#account.status(name);
    expect(uidValidity).toBeGreaterThan(this.#uidValidity);
    this.#uidValidity = uidValidity;
    this.#model.mailboxes.set(name, { messages: new Map(), uidNext: 1, uidValidity });
  }

  async #delete(name: string): Promise<void> {
    const parent = name === 'New' && this.#model.mailboxes.has('New/Deep');
    if (parent || name === 'INBOX') {
      await expect(this.#account.delete(name)).rejects.toMatchObject({ code: parent ? 'HASCHILDREN' : 'CANNOT' });
      return;
    }
    await this.#account.delete(name);
    this.#model.mailboxes.delete(name);
    await this.#compare();
  }

  async #rename(name: string, target: string): Promise<void> {
    const boxes = this.#model.mailboxes;
    if (boxes.has(target)) {
      await expect(this.#account.rename(name, target)).rejects.toMatchObject({ code: 'ALREADYEXISTS' });
      return;
    }
    if (target.startsWith(`${name}/`)) {
      await expect(this.#account.rename(name, target)).rejects.toMatchObject({ code: 'CANNOT' });
      return;
    }
    const moved = boxes.get(name)!;
    await this.#account.rename(name, target);
    if (target === 'New/Deep' && !boxes.has('New')) await this.#created('New');
    if (name === 'INBOX') {
      await this.#created(target);
      boxes.set(target, { ...boxes.get(target)!, messages: moved.messages, uidNext: moved.uidNext });
      boxes.set(name, { ...moved, messages: new Map() });
    } else {
      for (const [old, box] of [...boxes]) {
        if (old !== name && !old.startsWith(`${name}/`)) continue;
        boxes.delete(old);
        boxes.set(target + old.slice(name.length), box);
      }
    }
    await this.#compare();
  }

  async #compare(): Promise<void> {
    expect(
      this.#account
        .mailboxes()
        .map((entry) => entry.name)
        .sort(),
    ).toEqual([...this.#model.mailboxes.keys()].sort());
    for (const [name, box] of this.#model.mailboxes) {
      const mailbox = await select(this.#account, name);
      await this.#compareMailbox(mailbox, box);
      mailbox.close();
    }
    await this.#compareMailbox(this.#watcher, this.#model.mailboxes.get('INBOX')!);
    expect(this.#watcher.state.highestModseq).toBeGreaterThanOrEqual(this.#modseq);
    this.#modseq = this.#watcher.state.highestModseq;
  }

  async #compareMailbox(mailbox: StoredMailbox, box: { messages: Messages; uidNext: number; uidValidity: number }) {
    const { columns, uidNext, uidValidity, highestModseq } = mailbox.state;
    const contents = [...(await contentsOf(mailbox))].map(([uid, content], row) => ({
      uid,
      text: content?.split('\r\n\r\n')[1],
      flags: [...this.#account.flagSets.get(columns.flagSet[row]!)].sort(),
    }));
    const expected = [...box.messages].sort(([a], [b]) => a - b);
    expect(contents).toEqual(expected.map(([uid, { text, flags }]) => ({ uid, text, flags: [...flags].sort() })));
    expect({ uidNext, uidValidity }).toEqual({ uidNext: box.uidNext, uidValidity: box.uidValidity });
    for (const [row] of contents.entries()) expect(columns.modseq[row]).toBeLessThanOrEqual(highestModseq);
  }
}

import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FlagRights, StoredAccount, StoredMailbox, Viewer } from '../mail/ports.ts';
import { checkMailStore } from './check/check-store.ts';
import type { RunningMailStore } from './mail-store.ts';
import { copyFolder } from './testing/simulated-disk.ts';
import { contentsOf, openTestStore, temporaryFolder, testClock, textMessage, uidsIn } from './testing/test-store.ts';

const PEOPLE = ['anna', 'bert', 'carl'] as const;
type Person = (typeof PEOPLE)[number];
const OWNERS = ['anna', 'bert'] as const;
type Owner = (typeof OWNERS)[number];
const NAMES = ['INBOX', 'Shared', 'Old'];
const ALL_RIGHTS: FlagRights = { seen: true, deleted: true, others: true };

interface Message {
  readonly text: string;
  /** All but \Seen. */
  flags: Set<string>;
  seenBy: Set<Person>;
}
interface Box {
  messages: Map<number, Message>;
  uidNext: number;
}

const person = fc.constantFrom(...PEOPLE);
const owner = fc.constantFrom('anna' as const, 'anna' as const, 'anna' as const, 'bert' as const);
const name = fc.constantFrom('INBOX', 'INBOX', 'Shared', 'Shared', 'Old');
const uids = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
const flags = fc.uniqueArray(fc.constantFrom('\\Seen', '\\Deleted', '\\Flagged', 'work'), { maxLength: 3 });
const bool = fc.boolean();
const may = fc.option(fc.record({ seen: bool, deleted: bool, others: bool }), { nil: undefined, freq: 3 });
const place = { by: person, owner, name };

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      ...place,
      count: fc.integer({ min: 1, max: 3 }),
      flags,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('store' as const),
      ...place,
      ...{ uids, flags, may, since: fc.option(fc.integer({ min: 0, max: 3 }), { freq: 1 }) },
      mode: fc.constantFrom('add' as const, 'remove' as const, 'replace' as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('copy' as const, 'move' as const),
      ...place,
      ...{ uids, may, keep: fc.constantFrom(true, true, false) },
      ...{ toOwner: owner, toName: name },
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('expunge' as const), ...place, uids }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('watch' as const), ...place }) },
  fc.record({ do: fc.constantFrom('rename' as const, 'delete' as const, 'create' as const), ...place, toName: name }),
  fc.record({ do: fc.constant('forget' as const), owner, by: fc.constantFrom('bert' as const, 'carl' as const) }),
  fc.record({ do: fc.constant('again' as const), how: fc.constantFrom('reopen' as const, 'kill' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Doing<What extends Step['do']> = Extract<Step, { do: What }>;

describe('mailboxes that several people read, against a model', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('show everybody his own \\Seen and the same of all else, whatever happens in whatever order', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
        const subject = await Subject.open(join(folder.path, String(run++)));
        for (const one of steps) {
          await subject.perform(one);
          await subject.compare();
        }
        await subject.finish();
      }),
      { numRuns: 30, seed: 20241123 },
    );
  });
});

/** Two accounts that three people use, and what should be in them. */
class Subject {
  #folder: string;
  #store!: RunningMailStore;
  readonly #accounts = new Map<Owner, StoredAccount>();
  readonly #boxes = new Map<string, Box>();
  /** Sessions that stay: what they see grows by publications, not by reading the index. */
  #watching = new Map<string, StoredMailbox>();
  /** What each of them was last seen to show. */
  readonly #known = new Map<string, { readonly highest: number; readonly flags: ReadonlyMap<number, string> }>();
  #texts = 0;
  #kills = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<Subject> {
    const subject = new Subject(folder);
    await subject.#open();
    for (const one of OWNERS) {
      for (const { name } of subject.#accounts.get(one)!.mailboxes()) {
        if (!NAMES.includes(name)) await subject.#accounts.get(one)!.delete(name);
      }
      await subject.#accounts.get(one)!.create('Shared');
      for (const name of ['INBOX', 'Shared'] as const) {
        subject.#boxes.set(`${one} ${name}`, { messages: new Map(), uidNext: 1 });
        await subject.#append({ do: 'append', by: one, owner: one, name, count: 4, flags: ['\\Deleted'] });
      }
    }
    for (const by of PEOPLE) await subject.#watch({ do: 'watch', by, owner: 'anna', name: 'INBOX' });
    return subject;
  }

  async perform(one: Step): Promise<void> {
    if (one.do === 'again') return this.#again(one.how);
    if (one.do === 'forget') return this.#forget(one);
    if (!this.#boxes.has(`${one.owner} ${one.name}`) && one.do !== 'create') return;
    switch (one.do) {
      case 'append':
        return this.#append(one);
      case 'store':
        return this.#storeFlags(one);
      case 'copy':
      case 'move':
        return this.#copy(one);
      case 'expunge':
        return this.#expunge(one);
      case 'watch':
        return this.#watch(one);
      default:
        return this.#changeMailboxes(one);
    }
  }

  async compare(): Promise<void> {
    for (const one of OWNERS) {
      const boxes = [...this.#boxes].filter(([key]) => key.startsWith(`${one} `)).map(([, box]) => box);
      const texts = boxes.flatMap(({ messages }) => [...messages.values()].map(({ text }) => textMessage(text).bytes));
      const octets = texts.reduce((sum, bytes) => sum + bytes.length, 0);
      expect(this.#accounts.get(one)!.usage).toEqual({ octets, messages: texts.length });
    }
    for (const [key, mailbox] of this.#watching) {
      const [owner, name, by] = key.split(' ') as [Owner, string, Person];
      this.#compareMailbox(mailbox, owner, name, by);
    }
  }

  async finish(): Promise<void> {
    await this.#compareAll();
    await this.#again('reopen');
    await this.#store.close();
    const report = await checkMailStore({ folder: this.#folder, clock: testClock, repair: false });
    expect(report.findings).toEqual([]);
  }

  async #open(): Promise<void> {
    this.#store = await openTestStore(this.#folder);
    for (const one of OWNERS) this.#accounts.set(one, await this.#store.account(one));
  }

  async #again(how: 'reopen' | 'kill'): Promise<void> {
    const modseqs = await this.#compareAll();
    this.#watching = new Map();
    if (how === 'kill') {
      const left = `${this.#folder}-${++this.#kills}`;
      copyFolder(this.#folder, left);
      await this.#store.close();
      this.#folder = left;
    } else {
      await this.#store.close();
    }
    await this.#open();
    expect(await this.#compareAll()).toEqual(modseqs);
  }

  async #append({ by, owner, name, count, flags }: Doing<'append'>): Promise<void> {
    const box = this.#box(owner, name);
    const texts = Array.from({ length: count }, () => `text ${this.#texts++} ${'x'.repeat(this.#texts % 7)}`);
    const messages = texts.map((text) => textMessage(text, flags));
    await this.#accounts.get(owner)!.append(name, messages, viewerOf(by, owner));
    for (const text of texts) {
      const seenBy = new Set(flags.includes('\\Seen') ? [by] : []);
      box.messages.set(box.uidNext++, { text, flags: withoutSeen(flags), seenBy });
    }
  }

  async #storeFlags({ by, owner, name, uids, mode, flags, may, since }: Doing<'store'>): Promise<void> {
    const { messages } = this.#box(owner, name);
    const mailbox = await this.#select(owner, name, by);
    const { state } = mailbox;
    const unchangedSince = since === null ? undefined : Math.max(0, state.highestModseq - since);
    const kept = uids.filter((uid) => {
      const row = state.rowOf(uid);
      return row >= 0 && unchangedSince !== undefined && state.columns.modseq[row]! > unchangedSince;
    });
    const told = await mailbox.storeFlags(uids, { mode, flags }, { unchangedSince, may });
    expect([...told.modified].sort()).toEqual([...kept].sort());
    const rights = may ?? ALL_RIGHTS;
    let changed = false;
    for (const uid of uids) {
      const message = messages.get(uid);
      if (!message || kept.includes(uid)) continue;
      const before = flagsFor(message, by);
      const after = new Set(before);
      for (const flag of mode === 'replace' ? before : mode === 'remove' ? flags : []) {
        if (permits(rights, flag)) after.delete(flag);
      }
      for (const flag of mode === 'remove' ? [] : flags) if (permits(rights, flag)) after.add(flag);
      changed ||= !same(before, after);
      message.flags = withoutSeen([...after]);
      if (after.has('\\Seen')) message.seenBy.add(by);
      else message.seenBy.delete(by);
    }
    expect(told.modseq !== undefined).toBe(changed);
    mailbox.close();
  }

  async #copy({ do: how, by, owner, name, uids, may, keep, toOwner, toName }: Doing<'copy' | 'move'>): Promise<void> {
    const source = this.#box(owner, name);
    const target = this.#boxes.get(`${toOwner} ${toName}`);
    const mailbox = await this.#select(owner, name, by);
    const account = toOwner === owner && this.#texts % 2 === 0 ? undefined : this.#accounts.get(toOwner)!;
    const to = { account, name: toName, viewer: viewerOf(by, toOwner), keepDateAndFlags: keep, may };
    if (!target) {
      await expect(mailbox[how](uids, to)).rejects.toMatchObject({ code: 'NONEXISTENT' });
      return mailbox.close();
    }
    const present = uids.filter((uid) => source.messages.has(uid)).sort((a, b) => a - b);
    const copied = await mailbox[how](uids, to);
    expect(copied.sourceUids).toEqual(present);
    expect(copied.uids).toEqual(present.map((_, i) => target.uidNext + i));
    for (const uid of present) {
      const message = source.messages.get(uid)!;
      const kept = [...flagsFor(message, by)].filter((flag) => keep && permits(may ?? ALL_RIGHTS, flag));
      const seenBy = new Set(kept.includes('\\Seen') ? [by] : []);
      const ownersStays = owner === toOwner && by !== owner && keep && message.seenBy.has(owner);
      if (ownersStays) seenBy.add(owner);
      if (how === 'move') source.messages.delete(uid);
      target.messages.set(target.uidNext++, { text: message.text, flags: withoutSeen(kept), seenBy });
    }
    mailbox.close();
  }

  async #expunge({ by, owner, name, uids }: Doing<'expunge'>): Promise<void> {
    const { messages } = this.#box(owner, name);
    const mailbox = await this.#select(owner, name, by);
    const gone = uids.filter((uid) => messages.get(uid)?.flags.has('\\Deleted')).sort((a, b) => a - b);
    expect(Array.from(await mailbox.expunge(uids))).toEqual(gone);
    for (const uid of gone) messages.delete(uid);
    mailbox.close();
  }

  /** Somebody opens the mailbox and stays, or leaves it again. */
  async #watch({ by, owner, name }: Doing<'watch'>): Promise<void> {
    const key = `${owner} ${name} ${by}`;
    const open = this.#watching.get(key);
    if (open) {
      open.close();
      this.#watching.delete(key);
    } else {
      this.#watching.set(key, await this.#select(owner, name, by));
    }
  }

  async #forget({ owner, by }: Doing<'forget'>): Promise<void> {
    if (by === owner) return;
    this.#stopWatching(([watched, , who]) => watched === owner && who === by);
    await this.#accounts.get(owner)!.forgetViewer(by);
    for (const [key, box] of this.#boxes) {
      if (key.startsWith(`${owner} `)) for (const message of box.messages.values()) message.seenBy.delete(by);
    }
    this.#known.clear();
  }

  async #changeMailboxes({ do: what, owner, name, toName }: Doing<'rename' | 'delete' | 'create'>): Promise<void> {
    const account = this.#accounts.get(owner)!;
    const [key, toKey] = [`${owner} ${name}`, `${owner} ${toName}`];
    let told = 0;
    const stop = account.onMailboxes(() => told++);
    if (what === 'create' && !this.#boxes.has(key)) {
      await account.create(name);
      this.#boxes.set(key, { messages: new Map(), uidNext: 1 });
      expect(told).toBe(1);
    }
    if (what === 'delete' && name !== 'INBOX') {
      this.#stopWatching(([watched, box]) => watched === owner && box === name);
      await account.delete(name);
      this.#boxes.delete(key);
      this.#forgetKnown(key);
      expect(told).toBe(1);
    }
    if (what === 'rename' && !this.#boxes.has(toKey) && toName !== 'INBOX') {
      if (name !== 'INBOX') this.#stopWatching(([watched, box]) => watched === owner && box === name);
      await account.rename(name, toName);
      const box = this.#box(owner, name);
      this.#boxes.delete(key);
      this.#boxes.set(toKey, box);
      if (name === 'INBOX') this.#boxes.set(key, { messages: new Map(), uidNext: box.uidNext });
      this.#forgetKnown(key);
      this.#forgetKnown(toKey);
      expect(told).toBe(1);
    }
    stop();
  }

  /** Compares what everybody sees in every mailbox, contents included; returns all modseqs. */
  async #compareAll(): Promise<Record<string, number[]>> {
    const modseqs: Record<string, number[]> = {};
    for (const [key, box] of this.#boxes) {
      const [owner, name] = key.split(' ') as [Owner, string];
      for (const by of PEOPLE) {
        const mailbox = await this.#select(owner, name, by);
        this.#compareMailbox(mailbox, owner, name, by);
        modseqs[`${key} ${by}`] = Array.from(mailbox.state.columns.modseq.subarray(0, mailbox.state.count));
        const status = await this.#accounts.get(owner)!.status(name, viewerOf(by, owner));
        const unseen = [...box.messages.values()].filter(({ seenBy }) => !seenBy.has(by)).length;
        expect([status.messages, status.unseen]).toEqual([box.messages.size, unseen]);
        mailbox.close();
      }
      const mailbox = await this.#select(owner, name, owner);
      const contents = [...(await contentsOf(mailbox)).values()].map((content) => content?.split('\r\n\r\n')[1]);
      expect(contents).toEqual(inOrder(box).map(([, { text }]) => text));
      mailbox.close();
    }
    return modseqs;
  }

  #compareMailbox(mailbox: StoredMailbox, owner: Owner, name: string, by: Person): void {
    const { state } = mailbox;
    const expected = inOrder(this.#box(owner, name));
    const flags = new Map(
      uidsIn(mailbox).map((uid, row) => [uid, shown(state.flagSets.get(state.columns.flagSet[row]!))]),
    );
    expect([...flags]).toEqual(expected.map(([uid, message]) => [uid, shown([...flagsFor(message, by)])]));
    expect(state.firstUnseenRow).toBe(expected.findIndex(([, { seenBy }]) => !seenBy.has(by)));
    // Whoever asks for what has changed since the highest modseq he was told gets it. RFC 7162 3.1
    const key = `${owner} ${name} ${by}`;
    const last = this.#known.get(key);
    for (const [row, [uid, text]] of [...flags].entries()) {
      const modseq = state.columns.modseq[row]!;
      expect(modseq).toBeLessThanOrEqual(state.highestModseq);
      if (last && last.flags.get(uid) !== text) expect(modseq).toBeGreaterThan(last.highest);
    }
    this.#known.set(key, { highest: state.highestModseq, flags });
  }

  #select(owner: Owner, name: string, by: Person): Promise<StoredMailbox> {
    const account = this.#accounts.get(owner)!;
    return account.select(name, { readOnly: false, onChange: () => {}, viewer: viewerOf(by, owner) });
  }

  #box(owner: Owner, name: string): Box {
    return this.#boxes.get(`${owner} ${name}`)!;
  }

  #stopWatching(which: (key: string[]) => boolean): void {
    for (const [key, mailbox] of [...this.#watching]) {
      if (!which(key.split(' '))) continue;
      mailbox.close();
      this.#watching.delete(key);
    }
  }

  #forgetKnown(box: string): void {
    for (const by of PEOPLE) this.#known.delete(`${box} ${by}`);
  }
}

function viewerOf(by: Person, owner: Owner): Viewer | undefined {
  return by === owner ? undefined : { id: by };
}

function inOrder({ messages }: Box): [number, Message][] {
  return [...messages].sort(([a], [b]) => a - b);
}

function flagsFor({ flags, seenBy }: Message, by: Person): Set<string> {
  return new Set([...flags, ...(seenBy.has(by) ? ['\\Seen'] : [])]);
}

function withoutSeen(flags: readonly string[]): Set<string> {
  return new Set(flags.filter((flag) => flag !== '\\Seen'));
}

function permits(rights: FlagRights, flag: string): boolean {
  return flag === '\\Seen' ? rights.seen : flag === '\\Deleted' ? rights.deleted : rights.others;
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}

function shown(flags: readonly string[]): string {
  return [...flags].sort().join(' ');
}

import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Refused } from '../../../base/errors.ts';
import { connectionLimits, fetchLimits } from '../../../base/limits.ts';
import type { MessageColumns, Rows, SelectedMailbox } from '../../../mail/ports.ts';
import { ALL_RIGHTS } from '../../../mail/rights.ts';
import { MailboxView } from '../../session/mailbox-view.ts';
import { ConnectionClosed, ResponseWriter } from '../../session/response-writer.ts';
import type { Session } from '../../session/session.ts';
import { readerOf } from '../../wire/testing.ts';
import { expectFetchItems } from './fetch-items.ts';
import { compileFetch } from './fetch-plan.ts';
import { FetchRun } from './fetch-run.ts';

/** A mailbox of messages of these sizes, each of one letter only; what the store does can be spoilt. */
class Scene {
  readonly gone = new Set<number>();
  readonly calls: string[] = [];
  readonly logged: string[] = [];
  /** Memory that messages were read into. */
  readonly rooms = new Set<Uint8Array>();
  sent = '';
  ended = false;
  /** The client reads what comes. */
  reads = true;
  /** What range() does from its n-th call on. */
  failFrom = Number.POSITIVE_INFINITY;
  storeFlags: SelectedMailbox['storeFlags'] = async () => ({ modseq: undefined, modified: [] });
  readonly writer: ResponseWriter;
  readonly session: Session;
  readonly #sizes: readonly number[];

  constructor(...sizes: number[]) {
    this.#sizes = sizes;
    this.writer = new ResponseWriter(this.#socket());
    this.session = this.#session();
  }

  async fetch(text: string): Promise<void> {
    const plan = compileFetch(expectFetchItems(readerOf(text)), this.session);
    await new FetchRun(this.session, plan).run(Uint32Array.from(this.#sizes, (_, index) => index + 1));
    await this.allSent();
  }

  async allSent(): Promise<void> {
    this.writer.flush();
    while (this.writer.taken < this.writer.octets) await new Promise(setImmediate);
  }

  #message(row: number): Uint8Array {
    return new Uint8Array(this.#sizes[row]!).fill(0x61 + (row % 26));
  }

  /** The messages one behind the other in the room, if they fit. */
  #into(room: Uint8Array | undefined, messages: readonly (Uint8Array | undefined)[]): (Uint8Array | undefined)[] {
    let at = 0;
    return messages.map((message) => {
      if (room === undefined || message === undefined || at + message.length > room.length) return message;
      room.set(message, at);
      at += message.length;
      return room.subarray(at - message.length, at);
    });
  }

  #socket(): Writable {
    return new Writable({
      decodeStrings: true,
      write: (octets: Buffer, _encoding, done) => {
        if (!this.reads) return;
        // Like a real socket it looks at the memory later, and frees it when it says so.
        setImmediate(() => {
          this.sent += octets.toString('latin1');
          done();
        });
      },
    });
  }

  #session(): Session {
    const session = {
      enabled: new Set(),
      rev2: true,
      view: new MailboxView(this.#mailbox()),
      writer: this.writer,
      logger: { error: (_: object, text: string) => this.logged.push(text), warn: () => {} },
      transport: {
        end: () => {
          this.ended = true;
        },
      },
    };
    return session as unknown as Session;
  }

  #mailbox(): SelectedMailbox {
    const numbers = () => Uint32Array.from(this.#sizes, (_, index) => index + 1);
    const columns = { uid: numbers(), flagSet: numbers(), modseq: numbers(), size: Uint32Array.from(this.#sizes) };
    const state = {
      columns,
      flagSets: { has: () => false, text: () => '' },
      count: this.#sizes.length,
      expungeEpoch: 0,
      lastFlagModseq: 0,
      highestModseq: 0,
      keywords: () => [],
    };
    const mailbox: Partial<SelectedMailbox> = {
      state: state as unknown as SelectedMailbox['state'],
      readOnly: false,
      rights: ALL_RIGHTS,
      claimRecent: () => ({ from: 0, to: 0 }),
      contents: async ({ rows }: Rows, room?: Uint8Array) => {
        this.calls.push(`contents ${rows.length}`);
        if (room !== undefined) this.rooms.add(room);
        const messages = Array.from(rows, (row) => (this.gone.has(row + 1) ? undefined : this.#message(row)));
        return this.#into(room, messages);
      },
      range: async (_columns: MessageColumns, row: number, start: number, end: number) => {
        this.calls.push(`range ${start}`);
        if (this.gone.has(row + 1) || this.calls.length > this.failFrom) throw new Refused('EXPUNGEISSUED', 'gone');
        return this.#message(row).subarray(start, end);
      },
      // Every message is one long header.
      summaries: (async ({ rows }: Rows) => {
        return Array.from(rows, (row) => ({
          parts: { headerStart: 0, bodyStart: this.#sizes[row], bodyEnd: this.#sizes[row], children: [] },
        }));
      }) as unknown as SelectedMailbox['summaries'],
      storeFlags: (uids, change) => this.storeFlags(uids, change),
    };
    return mailbox as SelectedMailbox;
  }
}

const LARGE = 3 * fetchLimits.wholeMessage;

describe('a FETCH', () => {
  it('gives all other messages when one is gone, and only then says so: a lost one must not hide the rest', async () => {
    const scene = new Scene(3, LARGE, 4, LARGE, 2);
    scene.gone.add(3).add(4);
    await expect(scene.fetch('BODY.PEEK[]')).rejects.toMatchObject({ code: 'EXPUNGEISSUED' });
    await scene.allSent();
    expect(scene.sent).toBe(
      '* 1 FETCH (BODY[] {3}\r\naaa)\r\n' +
        `* 2 FETCH (BODY[] {${LARGE}}\r\n${'b'.repeat(LARGE)})\r\n` +
        '* 5 FETCH (BODY[] {2}\r\nee)\r\n',
    );
    expect(scene.ended).toBe(false);
  });

  it.each(['BODY.PEEK[]', '(UID BODY.PEEK[HEADER.FIELDS (X)])', '(BODY.PEEK[] UID)', '(BINARY.PEEK[])'])(
    'of %s cuts the connection when a message goes away inside its reply: what follows would be taken for mail',
    async (items) => {
      const scene = new Scene(LARGE, 5);
      scene.failFrom = 2;
      await expect(scene.fetch(items)).rejects.toThrow(ConnectionClosed);
      await scene.allSent();
      expect(scene.ended).toBe(true);
      expect(scene.logged).toHaveLength(1);
      expect(scene.sent).not.toContain('* 2 FETCH');
    },
  );

  it('reads a large message no further than a client takes it: who never reads must not fill the memory', async () => {
    const pieces = 40;
    const scene = new Scene(pieces * fetchLimits.piece);
    scene.reads = false;
    const fetching = scene.fetch('BODY.PEEK[]');
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    expect(scene.calls.length * fetchLimits.piece).toBeLessThanOrEqual(
      connectionLimits.writeBuffer + 3 * fetchLimits.piece,
    );
    scene.writer.close();
    await expect(fetching).rejects.toThrow(ConnectionClosed);
  });

  it('reads at most one batch ahead of such a client', async () => {
    const scene = new Scene(...new Array<number>(5_000).fill(10_000));
    scene.reads = false;
    const fetching = scene.fetch('BODY.PEEK[]');
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    expect(scene.calls.length).toBeLessThanOrEqual(2);
    scene.writer.close();
    await expect(fetching).rejects.toThrow(ConnectionClosed);
  });

  it('uses the same memory for batch after batch, and never while a socket may still look at it', async () => {
    const sizes = Array.from({ length: 600 }, (_, row) => (row % 3 === 0 ? 40_000 : 7_000));
    const scene = new Scene(...sizes);
    await scene.fetch('BODY.PEEK[]');
    const letter = (row: number) => String.fromCharCode(0x61 + (row % 26));
    const replies = sizes.map(
      (size, row) => `* ${row + 1} FETCH (BODY[] {${size}}\r\n${letter(row).repeat(size)})\r\n`,
    );
    expect(scene.sent === replies.join('')).toBe(true);
    expect(scene.calls.length).toBeGreaterThan(9);
    expect(scene.rooms.size).toBeLessThanOrEqual(4);
  });

  it('shows mail that cannot be marked as seen: a full disk must not make it unreadable', async () => {
    const scene = new Scene(3);
    scene.storeFlags = async () => {
      throw new Refused('OVERQUOTA', 'The disk is full');
    };
    await scene.fetch('BODY[]');
    expect(scene.sent).toBe('* 1 FETCH (BODY[] {3}\r\naaa)\r\n');
  });

  it('marks as seen what it is about to send, batch by batch, not all the mailbox at once', async () => {
    const scene = new Scene(LARGE, LARGE, LARGE);
    scene.reads = false;
    const marked: number[] = [];
    scene.storeFlags = async (uids) => {
      marked.push(...Array.from(uids));
      return { modseq: undefined, modified: [] };
    };
    const fetching = scene.fetch('BODY[]');
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    expect(marked).toEqual([1]);
    scene.writer.close();
    await expect(fetching).rejects.toThrow(ConnectionClosed);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { valuesOf } from '../support/fetch-replies.ts';
import { smallMessage, toldOf } from '../support/mailboxes.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { share } from '../support/sharing.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

describe('\\Seen in a shared mailbox: every reader has his own, all other flags are one for all', () => {
  let server: TestServer;
  let karen: RawImap;
  let olaf: RawImap;
  let olaf2: RawImap;
  let name: string;
  let shown: string;
  let last = 0;
  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client(KAREN);
    [olaf, olaf2] = [await server.client(OLAF), await server.client(OLAF)];
    await olaf.ok('CREATE mine');
  });
  afterAll(() => server.stop());

  /** A mailbox of three messages, of which Karen has seen the first; opened by her and by two sessions of Olaf's. */
  beforeEach(async () => {
    name = `box${++last}`;
    shown = `#users/karen/${name}`;
    await karen.ok(`CREATE ${name}`);
    for (let number = 1; number <= 3; number++) {
      await karen.append(name, smallMessage(number), { flags: number === 1 ? ['\\Seen'] : [] });
    }
    await share(karen, name, 'olaf', 'lrswit');
    await karen.ok(`SELECT ${name}`);
    await olaf.ok(`SELECT ${shown}`);
    await olaf2.ok(`SELECT ${shown}`);
  });

  /** Of all messages, once everything new has been told. */
  const flagsOf = async (client: RawImap) => {
    await client.ok('NOOP');
    return valuesOf(await client.ok('FETCH 1:* FLAGS'), 'FLAGS').map(([, flags]) =>
      String(flags)
        .replace(/[()]|\\Recent/g, '')
        .trim(),
    );
  };

  it('is not what the owner has seen', async () => {
    expect(await flagsOf(karen)).toEqual(['\\Seen', '', '']);
    expect(await flagsOf(olaf)).toEqual(['', '', '']);
    expect(toldOf(await olaf.ok(`STATUS ${shown} (UNSEEN)`), 'UNSEEN')).toBe('3');
    expect(toldOf(await karen.ok(`STATUS ${name} (UNSEEN)`), 'UNSEEN')).toBe('2');
    expect((await olaf.ok('SEARCH UNSEEN')).untagged).toEqual(['* SEARCH 1 2 3']);
    expect((await karen.ok('SEARCH UNSEEN')).untagged).toEqual(['* SEARCH 2 3']);
  });

  it('set by reading and by STORE, is set for the reader alone, and in all his sessions', async () => {
    await olaf2.idle();
    await karen.idle();
    await olaf.ok('FETCH 2 BODY[]');
    expect(await olaf2.expectUntagged(/FETCH/)).toMatch(/^\* 2 FETCH \(FLAGS \(\\Seen( \\Recent)?\)\)$/);
    await olaf.ok('STORE 3 +FLAGS.SILENT (\\Seen)');
    expect(await olaf2.expectUntagged(/FETCH/)).toMatch(/^\* 3 FETCH \(FLAGS \(\\Seen/);
    await olaf2.done();
    // whatever Karen is told, it is not that she has read what she has not
    expect((await karen.done()).untagged.join('\n')).not.toMatch(/\* [23] FETCH.*Seen/);
    expect(await flagsOf(karen)).toEqual(['\\Seen', '', '']);
    expect(await flagsOf(olaf2)).toEqual(['', '\\Seen', '\\Seen']);
    expect(toldOf(await olaf.ok(`STATUS ${shown} (UNSEEN)`), 'UNSEEN')).toBe('1');
    expect((await karen.ok('SEARCH SEEN')).untagged).toEqual(['* SEARCH 1']);
    expect((await olaf.ok('SEARCH SEEN')).untagged).toEqual(['* SEARCH 2 3']);
  });

  it('is remembered for the next session', async () => {
    await olaf.ok('STORE 1:2 +FLAGS (\\Seen)');
    await olaf.ok('STORE 1 -FLAGS (\\Seen)');
    const later = await server.client(OLAF);
    await later.ok(`EXAMINE ${shown}`);
    expect(await flagsOf(later)).toEqual(['', '\\Seen', '']);
    expect(toldOf(await later.ok(`SELECT ${shown}`), 'UNSEEN')).toBe('1');
    await later.logout();
  });

  it('does not come along with other flags, which everybody sees at once', async () => {
    await karen.idle();
    await olaf.ok('STORE 2 +FLAGS (\\Flagged Work \\Seen)');
    expect(await karen.expectUntagged(/FETCH/)).toMatch(/^\* 2 FETCH \(FLAGS \(\\Flagged Work( \\Recent)?\)\)$/);
    await karen.done();
    await karen.ok('STORE 2 FLAGS (\\Seen \\Answered)');
    expect(await flagsOf(olaf)).toEqual(['', '\\Answered \\Seen', '']);
    await karen.ok('STORE 2 -FLAGS (\\Seen)');
    expect(await flagsOf(olaf)).toEqual(['', '\\Answered \\Seen', '']);
    await karen.ok('STORE 1 FLAGS ()');
    expect([await flagsOf(karen), await flagsOf(olaf)]).toEqual([
      ['', '\\Answered', ''],
      ['', '\\Answered \\Seen', ''],
    ]);
  });

  it('of a message brought in belongs to who brought it', async () => {
    await olaf.append(shown, smallMessage(4), { flags: ['\\Seen', '\\Flagged'] });
    await karen.append(name, smallMessage(5), { flags: ['\\Seen'] });
    expect((await flagsOf(karen)).slice(3)).toEqual(['\\Flagged', '\\Seen']);
    expect((await flagsOf(olaf)).slice(3)).toEqual(['\\Flagged \\Seen', '']);
  });

  it('goes with a copy to where the copier sees it', async () => {
    await olaf.ok('STORE 2 +FLAGS (\\Seen Work)');
    await olaf.ok('COPY 1:2 mine');
    await olaf.ok('SELECT mine');
    expect((await flagsOf(olaf)).slice(-2)).toEqual(['', '\\Seen Work']);
    await olaf.ok(`COPY * ${shown}`);
    await karen.ok('NOOP');
    expect((await flagsOf(karen)).at(-1)).toBe('Work');
    await olaf.ok(`SELECT ${shown}`);
    expect((await flagsOf(olaf)).at(-1)).toBe('\\Seen Work');
  });

  it('is nobody’s without the right s: reading leaves the message unread', async () => {
    await share(karen, name, 'olaf', 'lr');
    await olaf.ok('FETCH 1:3 BODY[]');
    expect(await flagsOf(olaf)).toEqual(['', '', '']);
  });

  it('carries a modseq that counts up for who follows changes (RFC 7162)', async () => {
    const before = Number(toldOf(await olaf2.ok(`STATUS ${shown} (HIGHESTMODSEQ)`), 'HIGHESTMODSEQ'));
    await olaf.ok('STORE 2 +FLAGS (\\Seen)');
    const { untagged } = await olaf2.ok('NOOP');
    const [, modseq] = /^\* 2 FETCH \(UID 2 FLAGS \(\\Seen[^)]*\) MODSEQ \((\d+)\)\)$/.exec(untagged[0] ?? '') ?? [];
    expect(Number(modseq)).toBeGreaterThan(before);
    expect((await olaf2.ok(`FETCH 1:* FLAGS (CHANGEDSINCE ${before})`)).untagged).toHaveLength(1);
  });
});

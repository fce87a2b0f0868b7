import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valuesOf } from '../support/fetch-replies.ts';
import { listReplies, smallMessage, toldOf, utf8 } from '../support/mailboxes.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { outcomeOf, share } from '../support/sharing.ts';
import { OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

const ALL = 'lrswipkxteacd';

describe('the ACL commands', () => {
  let server: TestServer;
  let karen: RawImap;
  let olaf: RawImap;
  let last = 0;
  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client();
    olaf = await server.client(OLAF);
  });
  afterAll(() => server.stop());

  /** A new mailbox of Karen's. */
  async function fresh(): Promise<string> {
    const name = `box${++last}`;
    await karen.ok(`CREATE ${name}`);
    return name;
  }
  const aclOf = async (name: string) => (await karen.ok(`GETACL ${name}`)).untagged[0];
  const othersOf = async (name: string) => (await aclOf(name))?.replace(`* ACL ${name} karen ${ALL}`, '').trim();

  it.each([
    'SETACL',
    'SETACL ',
    'SETACL INBOX',
    'SETACL INBOX olaf',
    'SETACL INBOX olaf ',
    'SETACL INBOX olaf lr x',
    'SETACL INBOX  olaf lr',
    'SETACL INBOX olaf (lr)',
    'SETACL INBOX "olaf lr',
    'SETACL INBOX olaf "l\\r"',
    'SETACL INBOX olaf lrq',
    'SETACL INBOX olaf +lrq',
    'SETACL INBOX olaf lRs',
    'SETACL INBOX olaf lr0',
    'SETACL INBOX olaf l+r',
    'SETACL INBOX olaf ++l',
    'SETACL INBOX olaf "l r"',
    'SETACL INBOX "" lr',
    'SETACL INBOX - lr',
    'SETACL INBOX "ol\taf" lr',
    'DELETEACL INBOX',
    'DELETEACL INBOX ""',
    'DELETEACL INBOX olaf lr',
    'GETACL',
    'GETACL INBOX olaf',
    'LISTRIGHTS INBOX',
    'LISTRIGHTS INBOX ""',
    'LISTRIGHTS INBOX olaf lr',
    'MYRIGHTS',
    'MYRIGHTS ',
    'MYRIGHTS INBOX olaf',
  ])('answers BAD to the malformed %j and changes nothing', async (line) => {
    expect((await karen.command(line)).status).toBe('BAD');
    expect((await karen.ok('GETACL INBOX')).untagged).toEqual([`* ACL INBOX karen ${ALL}`]);
  });

  it('are unknown to strangers', async () => {
    for (const line of ['GETACL INBOX', 'MYRIGHTS INBOX', 'SETACL INBOX olaf lr']) {
      expect((await (await server.connect()).command(line)).status).toBe('BAD');
    }
  });

  it('are advertised with the rights that RFC 2086 did not know, and none that it did', async () => {
    const words = (await karen.ok('CAPABILITY')).untagged[0]!.split(' ');
    expect(words).toEqual(expect.arrayContaining(['ACL', 'RIGHTS=kxte', 'LIST-MYRIGHTS']));
  });

  it('say when what is given is of no use: without l the mailbox is not there for those who have the rest', async () => {
    const name = await fresh();
    const warned = [];
    for (const change of ['olaf i', 'olaf li', '-olaf i', 'olaf +i', 'olaf ""']) {
      warned.push((await karen.ok(`SETACL ${name} ${change}`)).text.includes('without l'));
    }
    expect(warned).toEqual([true, false, false, false, false]);
  });

  it('replace, add and take away what one identifier has, and nobody else', async () => {
    const name = await fresh();
    const steps: readonly (readonly [string, string])[] = [
      ['SETACL % olaf lrs', 'olaf lrs'],
      ['SETACL % anyone l', 'olaf lrs anyone l'],
      ['SETACL % olaf +wi', 'olaf lrswi anyone l'],
      ['SETACL % olaf -sr', 'olaf lwi anyone l'],
      ['SETACL % olaf +', 'olaf lwi anyone l'],
      ['SETACL % olaf -', 'olaf lwi anyone l'],
      ['SETACL % olaf lr', 'olaf lr anyone l'],
      ['SETACL % -olaf r', 'olaf lr anyone l -olaf r'],
      ['DELETEACL % olaf', 'anyone l -olaf r'],
      ['DELETEACL % olaf', 'anyone l -olaf r'],
      ['SETACL % anyone -l', '-olaf r'],
      ['SETACL % -olaf ""', ''],
    ];
    for (const [line, left] of steps) {
      await karen.ok(line.replace('%', name));
      expect(await othersOf(name), line).toBe(left);
    }
  });

  it('take c and d of RFC 2086 for all they stand for, and tell them to clients that know no other', async () => {
    const name = await fresh();
    const steps: readonly (readonly [string, string])[] = [
      ['lrswida', 'lrswitead'],
      ['lrswikda', 'lrswikteacd'],
      ['c', 'kxc'],
      ['k', 'kc'],
      ['xt', 'xtcd'],
      ['dt', 'ted'],
    ];
    for (const [given, told] of steps) {
      await karen.ok(`SETACL ${name} olaf ${given}`);
      expect(await othersOf(name), given).toBe(`olaf ${told}`);
    }
    await karen.ok(`SETACL ${name} olaf -d`);
    expect(await othersOf(name)).toBe('');
  });

  it('find people in any case and spelling, spell them as the directory does, and refuse whom nobody knows', async () => {
    const name = await fresh();
    await karen.ok(`SETACL ${name} OLAF lr`);
    await karen.ok(`SETACL ${name} "${utf8('\uff4flaf')}" +s`); // a wide letter
    await karen.ok(['SETACL ', Buffer.from(name), ' ', Buffer.from('olaf'), ' ', Buffer.from('+w')]);
    expect(await othersOf(name)).toBe('olaf lrsw');
    for (const nobody of ['petra', '$staff', '-petra', `"${utf8('K\u00e4the')}"`]) {
      expect(await karen.command(`SETACL ${name} ${nobody} lr`)).toMatchObject({ status: 'NO', code: 'CANNOT' });
    }
    expect(await othersOf(name)).toBe('olaf lrsw');
  });

  it('leave the owner his rights: nobody can lock himself out of his own mail', async () => {
    const name = await fresh();
    for (const line of ['karen lr', 'karen -a', '-karen r', 'karen ""']) {
      const outcome = outcomeOf(await karen.command(`SETACL ${name} ${line}`));
      expect(['OK', 'CANNOT']).toContain(outcome);
      expect((await karen.ok(`MYRIGHTS ${name}`)).untagged).toEqual([`* MYRIGHTS ${name} ${ALL}`]);
      expect((await aclOf(name))?.startsWith(`* ACL ${name} karen ${ALL}`)).toBe(true);
    }
  });

  it('say what may be given, naming the identifier as it was written (RFC 4314 section 3.4)', async () => {
    const name = await fresh();
    const told = async (identifier: string) => (await karen.ok(`LISTRIGHTS ${name} ${identifier}`)).untagged;
    expect(await told('anyone')).toEqual([`* LISTRIGHTS ${name} anyone "" l r s w i p k x t e a c d`]);
    expect(await told('"OLAF"')).toEqual([`* LISTRIGHTS ${name} OLAF "" l r s w i p k x t e a c d`]);
    expect(await told('karen')).toEqual([`* LISTRIGHTS ${name} karen ${ALL}`]);
  });

  it('name mailboxes as every other reply does: modified UTF-7, or UTF-8 for IMAP4rev2', async () => {
    await fresh();
    await karen.ok('CREATE "Entw&APw-rfe & mehr"'.replace('& m', '&- m'));
    await karen.ok('SETACL "Entw&APw-rfe &- mehr" olaf lr');
    expect((await karen.ok('MYRIGHTS "Entw&APw-rfe &- mehr"')).untagged).toEqual([
      `* MYRIGHTS "Entw&APw-rfe &- mehr" ${ALL}`,
    ]);
    const rev2 = await server.client(OLAF);
    await rev2.ok('ENABLE IMAP4rev2');
    const shown = `"#users/karen/${utf8('Entw\u00fcrfe & mehr')}"`;
    expect((await rev2.ok(`MYRIGHTS ${shown}`)).untagged).toEqual([`* MYRIGHTS ${shown} lr`]);
    expect((await rev2.ok(`MYRIGHTS ${shown.replace('karen', 'KAREN')}`)).untagged).toEqual([`* MYRIGHTS ${shown} lr`]);
    expect((await rev2.ok('MYRIGHTS inbox')).untagged).toEqual([`* MYRIGHTS INBOX ${ALL}`]);
  });

  it('give what one has through all entries together, without what any negative one takes away', async () => {
    const name = await fresh();
    const mine = async () => (await olaf.ok(`MYRIGHTS #users/karen/${name}`)).untagged[0]?.split(' ').at(-1);
    await share(karen, name, 'anyone', 'lr');
    expect(await mine()).toBe('lr');
    await share(karen, name, 'olaf', 'sw');
    expect(await mine()).toBe('lrsw');
    await share(karen, name, '-anyone', 'w');
    expect(await mine()).toBe('lrs');
    await share(karen, name, 'olaf', ''); // an entry taken off leaves what others give
    expect(await mine()).toBe('lr');
    await share(karen, name, '-olaf', 'r');
    expect(await mine()).toBe('l');
  });

  it('let whoever may administer do so, and no other', async () => {
    const name = await fresh();
    await share(karen, name, 'olaf', 'la');
    await olaf.ok(`SETACL #users/karen/${name} olaf +r`);
    expect(await othersOf(name)).toBe('olaf lra');
    await olaf.ok(`SETACL #users/karen/${name} olaf -a`);
    const again = await olaf.command(`SETACL #users/karen/${name} olaf +a`);
    expect(again).toMatchObject({ status: 'NO', code: 'NOPERM' });
    expect(await othersOf(name)).toBe('olaf lr');
  });

  it('are executed one after the other in a pipeline: SETACL holds for the MYRIGHTS behind it', async () => {
    const name = await fresh();
    await share(karen, name, 'olaf', 'la');
    const shown = `#users/karen/${name}`;
    const replies = await Promise.all([
      olaf.ok(`SETACL ${shown} olaf lra`),
      olaf.ok(`MYRIGHTS ${shown}`),
      olaf.ok(`SETACL ${shown} olaf -a`),
      olaf.ok(`MYRIGHTS ${shown}`),
    ]);
    expect([replies[1].untagged, replies[3].untagged]).toEqual([
      [`* MYRIGHTS ${shown} lra`],
      [`* MYRIGHTS ${shown} lr`],
    ]);
  });

  it('go with the mailbox: inherited by what is made below, kept by RENAME, gone with DELETE', async () => {
    const name = await fresh();
    await share(karen, name, 'olaf', 'lrk');
    await karen.ok(`CREATE ${name}/a/b`);
    expect([await othersOf(`${name}/a`), await othersOf(`${name}/a/b`)]).toEqual(['olaf lrkc', 'olaf lrkc']);
    await karen.ok(`RENAME ${name}/a moved${last}`);
    expect(await othersOf(`moved${last}/b`)).toBe('olaf lrkc');
    await karen.ok(`DELETE moved${last}/b`);
    await karen.ok(`CREATE ${name}2`);
    await karen.ok(`DELETE ${name}`);
    await karen.ok(`CREATE ${name}`);
    expect([await othersOf(name), await othersOf(`${name}2`)]).toEqual(['', '']);
  });

  describe('LIST RETURN (MYRIGHTS) (RFC 8440)', () => {
    it('tells the rights behind each LIST reply of a mailbox, and none where there is no mailbox', async () => {
      const name = await fresh();
      await share(karen, name, 'olaf', 'lrs');
      const shown = `#users/karen/${name}`;
      expect((await olaf.ok(`LIST "" ${shown} RETURN (MYRIGHTS STATUS (MESSAGES))`)).untagged).toEqual([
        `* LIST (\\HasNoChildren) "/" ${shown}`,
        `* STATUS ${shown} (MESSAGES 0)`,
        `* MYRIGHTS ${shown} lrs`,
      ]);
      const { untagged } = await olaf.ok('LIST "" (INBOX #users/%) RETURN (MYRIGHTS)');
      expect(untagged).toEqual([
        '* LIST (\\HasNoChildren) "/" INBOX',
        `* MYRIGHTS INBOX ${ALL}`,
        '* LIST (\\NonExistent \\HasChildren) "/" #users/karen',
      ]);
      await olaf.ok(`SUBSCRIBE ${shown}`);
      const recursive = await olaf.ok('LIST (SUBSCRIBED RECURSIVEMATCH) "" #users/% RETURN (MYRIGHTS)');
      expect(recursive.untagged.filter((line) => line.includes('MYRIGHTS'))).toEqual([]);
    });

    it('is BAD when it is written otherwise', async () => {
      for (const line of ['RETURN (MYRIGHTS x)', 'RETURN (MYRIGHTS (l))', 'RETURN MYRIGHTS']) {
        expect((await olaf.command(`LIST "" * ${line}`)).status).toBe('BAD');
      }
      expect((await olaf.command('LIST (MYRIGHTS) "" *')).status).toBe('BAD');
    });
  });
});

describe('what rights let a session do with its selected mailbox', () => {
  let server: TestServer;
  let karen: RawImap;
  let olaf: RawImap;
  let last = 0;
  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client();
    olaf = await server.client(OLAF);
  });
  afterAll(() => server.stop());

  /** A mailbox of Karen's with two messages, opened by Olaf, who has these rights. */
  async function selected(rights: string, verb = 'SELECT') {
    const name = `box${++last}`;
    await karen.ok(`CREATE ${name}`);
    await karen.append(name, smallMessage(1), { flags: ['\\Deleted'] });
    await karen.append(name, smallMessage(2), { flags: ['Work'] });
    await share(karen, name, 'olaf', rights);
    const reply = await olaf.ok(`${verb} #users/karen/${name}`);
    return { name, reply };
  }
  const flagsOf = async (client: RawImap, number: number) =>
    String(valuesOf(await client.ok(`FETCH ${number} FLAGS`), 'FLAGS')[0]?.[1])
      .replace(/[()]|\\Recent/g, '')
      .trim();

  it.each([
    ['lr', 'READ-ONLY', '()'],
    ['lrs', 'READ-ONLY', '(\\Seen)'],
    ['lrt', 'READ-WRITE', '(\\Deleted)'],
    ['lri', 'READ-WRITE', '()'],
    ['lre', 'READ-WRITE', '()'],
    ['lrw', 'READ-WRITE', '(\\Answered \\Flagged \\Draft Work \\*)'],
    ['lrst', 'READ-WRITE', '(\\Deleted \\Seen)'],
    ['lrswte', 'READ-WRITE', '(\\Answered \\Flagged \\Deleted \\Seen \\Draft Work \\*)'],
    ['lrpkxa', 'READ-ONLY', '()'],
  ])('with %s SELECT says %s and PERMANENTFLAGS %s (RFC 4314 section 5.1.1, 5.2)', async (rights, code, permanent) => {
    const { reply, name } = await selected(rights);
    expect(reply.code).toBe(code);
    expect(reply.untagged).toContain('* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft Work)');
    expect(toldOf(reply, 'PERMANENTFLAGS')).toBe(permanent);
    const examined = await olaf.ok(`EXAMINE #users/karen/${name}`);
    expect([examined.code, toldOf(examined, 'PERMANENTFLAGS')]).toEqual(['READ-ONLY', '()']);
  });

  it('tells FLAGS and PERMANENTFLAGS again when the rights change, and READ-WRITE or READ-ONLY', async () => {
    const { name } = await selected('lrs');
    await olaf.idle();
    await share(karen, name, 'olaf', 'lrsw');
    await olaf.expectUntagged(/^\* FLAGS \(\\Answered \\Flagged \\Deleted \\Seen \\Draft Work\)$/);
    await olaf.expectUntagged(/^\* OK \[PERMANENTFLAGS \(\\Answered \\Flagged \\Seen \\Draft Work \\\*\)\]/);
    await olaf.expectUntagged(/^\* OK \[READ-WRITE\]/);
    await olaf.done();
    await share(karen, name, 'olaf', 'lr');
    const { untagged } = await olaf.ok('NOOP');
    expect(untagged[1]).toMatch(/^\* OK \[PERMANENTFLAGS \(\)\]/);
    expect(untagged[2]).toMatch(/^\* OK \[READ-ONLY\]/);
    await share(karen, name, 'olaf', 'lra'); // nothing that concerns flags
    expect((await olaf.ok('NOOP')).untagged).toEqual([]);
  });

  it('says nothing of that to who examines, nor to the owner', async () => {
    const { name } = await selected('lrs', 'EXAMINE');
    await karen.ok(`SELECT ${name}`);
    await share(karen, name, 'olaf', 'lrsw');
    expect((await olaf.ok('NOOP')).untagged).toEqual([]);
    expect((await karen.ok('NOOP')).untagged).toEqual([]);
    await karen.ok('UNSELECT');
  });

  it('holds for the very next command: a right that is withdrawn while a session is open is withdrawn', async () => {
    const { name } = await selected('lrswte');
    await olaf.ok('STORE 2 +FLAGS (\\Flagged)');
    await share(karen, name, 'olaf', 'lrs');
    for (const line of ['STORE 2 -FLAGS (\\Flagged)', 'STORE 2 +FLAGS (\\Deleted)', 'EXPUNGE', 'UID EXPUNGE 1:*']) {
      expect(await olaf.command(line)).toMatchObject({ status: 'NO', code: 'NOPERM' });
    }
    await olaf.ok('STORE 2 +FLAGS (\\Seen)');
    expect(await flagsOf(olaf, 2)).toBe('\\Flagged \\Seen Work');
  });

  it('lets a STORE do what it may of what was asked, and tells the client what came of it, silent or not', async () => {
    await selected('lrs');
    const told = await olaf.ok('STORE 2 +FLAGS (\\Seen \\Flagged)');
    expect(told.untagged.join()).toMatch(/^\* 2 FETCH \(FLAGS \(\\Seen Work( \\Recent)?\)\)$/);
    const silent = await olaf.ok('STORE 1 +FLAGS.SILENT (\\Seen \\Flagged)');
    expect(silent.untagged.join()).toMatch(/^\* 1 FETCH \(FLAGS \(\\Deleted \\Seen( \\Recent)?\)\)$/);
    expect((await olaf.ok('STORE 1 -FLAGS.SILENT (\\Seen)')).untagged).toEqual([]);
    await olaf.ok('STORE 1 FLAGS (\\Seen)'); // \Deleted is not his to clear
    expect(await flagsOf(olaf, 1)).toBe('\\Deleted \\Seen');
    expect(await olaf.command('STORE 1:2 +FLAGS (\\Flagged New)')).toMatchObject({ status: 'NO', code: 'NOPERM' });
    expect(await flagsOf(olaf, 2)).toBe('\\Seen Work');
  });

  it('refuses every change where nothing may be changed, with NOPERM and not as if SELECT would help', async () => {
    await selected('lr');
    for (const line of ['STORE 1 +FLAGS (\\Seen)', 'EXPUNGE', 'MOVE 1 INBOX', 'UID STORE 99 +FLAGS (x)']) {
      expect(await olaf.command(line)).toMatchObject({ status: 'NO', code: 'NOPERM' });
    }
    await olaf.ok('CLOSE');
  });

  it('closes without expunging where e is missing, and says OK (RFC 4314 section 4)', async () => {
    const { name } = await selected('lrswt');
    expect((await olaf.ok('CLOSE')).untagged).toEqual([]);
    expect((await karen.ok(`STATUS ${name} (MESSAGES DELETED)`)).untagged).toEqual([
      `* STATUS ${name} (MESSAGES 2 DELETED 1)`,
    ]);
  });
});

describe('groups in access control lists', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('give their members what the group was given, at once when somebody comes in or leaves', async () => {
    const { directory } = server.server;
    await directory.addGroup('Office', []);
    const [karen, olaf] = [await server.client(), await server.client(OLAF)];
    await karen.ok('CREATE plans');
    await karen.ok('SETACL plans $office lrs');
    expect((await karen.ok('GETACL plans')).untagged).toEqual([`* ACL plans karen ${ALL} $Office lrs`]);
    expect(listReplies(await olaf.ok('LIST "" *plans'))).toEqual([]);
    await directory.setGroupMembers('Office', ['olaf']);
    expect(listReplies(await olaf.ok('LIST "" *plans'))).toEqual(['#users/karen/plans (\\HasNoChildren)']);
    await karen.ok('SETACL plans -$Office s');
    expect((await olaf.ok('MYRIGHTS #users/karen/plans')).untagged).toEqual(['* MYRIGHTS #users/karen/plans lr']);
    await directory.setGroupMembers('Office', []);
    expect(await olaf.command('MYRIGHTS #users/karen/plans')).toMatchObject({ status: 'NO', code: 'NONEXISTENT' });
  });
});

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Dispatcher } from '../../core/imap/session/dispatcher.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

describe('a client that does not read', () => {
  let server: TestServer;
  let bystander: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    bystander = await server.client(OLAF);
    const client = await server.client();
    const message = Buffer.from(`Subject: x\r\n\r\n${'text '.repeat(20_000)}`);
    await client.append('INBOX', message);
    await client.ok('CREATE Many');
    const small = Array.from({ length: 500 }, () => ({ bytes: Buffer.from('Subject: x\r\n\r\n') }));
    await client.appendMany('Many', small, 'plus');
  });
  afterAll(() => server.stop());

  it.each([
    ['before login', '', 'x CAPABILITY\r\n', 300_000],
    ['after login', `l LOGIN karen "${KAREN.password}"\r\n`, 'x CAPABILITY\r\n', 300_000],
    ['in a mailbox', `l LOGIN karen "${KAREN.password}"\r\ns SELECT INBOX\r\n`, 'x FETCH * BODY.PEEK[]\r\n', 3_000],
  ])(
    'is not read either, %s: the replies it has coming must not fill the memory',
    async (_, before, command, count) => {
      const dispatch = vi.spyOn(Dispatcher.prototype, 'dispatch');
      const socket = connect({ host: '127.0.0.1', port: server.port });
      socket.on('error', () => {});
      socket.pause();
      socket.write(before + command.repeat(count));
      try {
        expect(await callsOnceStill(dispatch)).toBeLessThan(count / 3);
      } finally {
        dispatch.mockRestore();
        socket.destroy();
      }
    },
  );

  /** How many commands the server has begun when, while the bystander does a lot, it begins no others. */
  async function callsOnceStill(dispatch: { readonly mock: { readonly calls: readonly unknown[] } }): Promise<number> {
    const rounds = 50;
    for (;;) {
      const before = dispatch.mock.calls.length;
      for (let round = 0; round < rounds; round++) {
        await bystander.ok('NOOP');
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      if (dispatch.mock.calls.length === before + rounds) return before;
    }
  }

  it('gets every reply in order once it reads after all', async () => {
    const client = await server.client();
    client.pause();
    const tags = Array.from({ length: 30_000 }, (_, index) => `t${index}`);
    client.send(tags.map((tag) => `${tag} CAPABILITY\r\n`).join(''));
    for (let turn = 0; turn < 20; turn++) await bystander.ok('NOOP');
    const last = client.reply(tags.at(-1)!);
    client.resume();
    expect((await last).status).toBe('OK');
    // All others have come before; an answer that is missing would be waited for in vain.
    for (const tag of tags.slice(0, -1)) expect((await client.reply(tag)).status).toBe('OK');
  });

  it('gets every reply of what it had sent before it closed its direction', async () => {
    const socket = connect({ host: '127.0.0.1', port: server.port });
    socket.pause();
    await once(socket, 'connect');
    socket.end(`x LOGIN ${OLAF.name} "${OLAF.password}"\r\n${'x CAPABILITY\r\n'.repeat(30_000)}`);
    for (let turn = 0; turn < 20; turn++) await bystander.ok('NOOP');
    let replies = '';
    socket.setEncoding('latin1').on('data', (text) => {
      replies += text;
    });
    socket.resume();
    await once(socket, 'close');
    expect(replies.split('x OK ')).toHaveLength(30_002);
  });

  it('in IDLE is told in the end how things stand, not of every change: those could be without number', async () => {
    const [idling, actor] = [await server.client(), await server.client()];
    for (const session of [idling, actor]) await session.ok('SELECT Many');
    await idling.idle();
    idling.pause();
    const rounds = 120;
    for (let round = 1; round <= rounds; round++) {
      const keywords = Array.from({ length: 9 }, (_, index) => `${'k'.repeat(90)}${index}-${round % 2}`);
      await actor.ok(`STORE 1:* FLAGS.SILENT (round-${round} ${keywords.join(' ')})`);
    }
    await bystander.ok('NOOP');
    idling.resume();
    await idling.expectUntagged(new RegExp(`^\\* 500 FETCH .*\\bround-${rounds}\\b`));
    const { untagged } = await idling.done();
    const told = untagged.filter((line) => /^\* 500 FETCH /.test(line));
    expect(told.at(-1)).toContain(`round-${rounds} `);
    expect(told.length).toBeLessThan(rounds);
  });

  it('leaves in the middle of it all without a trace', async () => {
    const clients = await Promise.all(Array.from({ length: 10 }, () => server.client()));
    for (const client of clients) {
      await client.ok('SELECT INBOX');
      client.pause();
      client.send('x FETCH 1:* BODY.PEEK[]\r\n'.repeat(200));
    }
    await bystander.ok('NOOP');
    for (const [index, client] of clients.entries()) index % 2 === 0 ? client.reset() : client.destroy();
    for (let turn = 0; turn < 20; turn++) await bystander.ok('NOOP');
  });
});

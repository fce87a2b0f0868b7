import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArgsOf, CallName, ResultOf } from '../../core/admin/contract.ts';
import { systemUptime } from '../../core/base/clock.ts';
import { engineThreads } from '../../electron/engine/engine-thread.ts';
import { Supervisor } from '../../electron/engine/supervisor.ts';
import { systemTimers } from '../../electron/engine/timers.ts';
import { RawImap } from '../support/raw-imap.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { buildApp, builtEngine } from './built-engine.ts';
import { freePort } from './free-port.ts';

let data: string;
let supervisor: Supervisor;

beforeAll(async () => {
  await buildApp();
  data = await makeTempFolder('built-engine');
  const loopback = [{ address: '127.0.0.1', port: await freePort(), encryption: 'starttls' }];
  const settings = { admin: { port: 0 }, imap4: { general: { bindings: loopback } } };
  await writeFile(join(data, 'settings.json'), JSON.stringify(settings));
  supervisor = new Supervisor({
    start: engineThreads(builtEngine),
    options: () => ({ data, startServices: true }),
    timers: systemTimers,
    uptime: systemUptime,
    onFirstUser() {},
  });
  supervisor.start();
});

afterAll(async () => {
  await supervisor.stop();
  await removeFolder(data);
});

async function call<Name extends CallName>(name: Name, args: ArgsOf<Name>): Promise<ResultOf<Name>> {
  const result = await supervisor.call(name, args);
  if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
  return result.value;
}

describe('the built engine', () => {
  it('serves IMAP with its search and maintenance threads: a bundle must not lose their programs', async () => {
    await call('users.add', { name: 'karen', password: 'karens secret 1', quota: undefined });
    const [service] = await call('services.list', {});
    expect(service?.problem).toBeUndefined();
    const port = service?.listeners[0]?.boundPort;
    if (port === undefined) throw new Error('it does not listen');

    const client = await RawImap.connect({ port });
    await client.login('karen', 'karens secret 1');
    const lines = (n: number) =>
      `Subject: number ${n}\r\n\r\nThe quick brown fox ${n === 7 ? 'and the zebra' : ''}\r\n`;
    for (let n = 1; n <= 20; n++) await client.append('INBOX', Buffer.from(lines(n)));
    await client.ok('SELECT INBOX');
    expect((await client.ok('SEARCH BODY "the zebra"')).untagged).toContain('* SEARCH 7');
    await client.logout();

    await supervisor.restart();
    await call('services.list', {});
    const log = await readFile(join(data, 'logs', 'mailroom.log'), 'utf8');
    expect(log).not.toMatch(/"level":[45]0/);
  });
});

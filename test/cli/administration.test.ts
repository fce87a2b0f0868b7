import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contractVersion } from '../../core/admin/contract.ts';
import { writeAccess } from '../../core/admin/http/access-file.ts';
import { withAdministration } from '../../core/cli/administration.ts';
import { CommandLine } from '../../core/cli/testing.ts';
import { lockDataFolder } from '../../core/store/data-lock.ts';
import { type AdministeredServer, startAdministeredServer } from '../support/admin.ts';

const KEY = 'imap4.general.autoLogout';

let server: AdministeredServer;
let mailroom: CommandLine;
beforeEach(async () => {
  server = await startAdministeredServer();
  mailroom = await CommandLine.on(server.data);
});
afterEach(async () => {
  await server.stop();
  await mailroom.remove();
});

describe('deciding between the server and the files', () => {
  it('goes to the files when the server ends between being found and being asked', async () => {
    let runs = 0;
    await withAdministration(mailroom.surroundings(), server.data, 'change', async ({ call }) => {
      if (++runs === 1) await server.server.stop();
      await call('settings.set', { values: { [KEY]: 77 } });
    });
    expect(runs).toBe(2);
    expect(await readFile(join(server.data, 'settings.json'), 'utf8')).toContain('77');
    (await lockDataFolder(server.data)).release(); // nobody has it any more
  });

  it('tells of a failure of the step itself and does not do it again', async () => {
    let runs = 0;
    const failing = withAdministration(mailroom.surroundings(), server.data, 'change', async ({ call }) => {
      runs++;
      await call('users.disable', { name: 'nobody' });
    });
    await expect(failing).rejects.toThrow(/no user "nobody": "mailroom user list" shows all/);
    expect(runs).toBe(1);
  });

  it('waits for a server that starts or ends, and then goes through it or takes the files', async () => {
    await server.http.close(); // it has the folder and cannot be asked: so it is at the start and at the end
    let pauses = 0;
    const pause = async () => {
      if (++pauses === 3) await server.server.openAdministration();
    };
    const surroundings = { ...mailroom.surroundings(), pause };
    await withAdministration(surroundings, server.data, 'change', ({ call }) =>
      call('settings.set', { values: { [KEY]: 78 } }),
    );
    expect(pauses).toBe(3);
    expect(server.server.settings.get(KEY)).toBe(78);
  });

  it('says that the server does not answer instead of reading the files beside it, but minds no file of a dead one', async () => {
    await server.http.close();
    const cutting = createServer((socket) => socket.on('error', () => {}).destroy());
    await once(cutting.listen(0, '127.0.0.1'), 'listening');
    const access = { contractVersion, address: '127.0.0.1', port: (cutting.address() as AddressInfo).port };
    await writeAccess(server.data, { ...access, token: 'x', key: 'x' });
    for (const args of [
      ['settings', 'get', KEY],
      ['user', 'list'],
      ['settings', 'set', KEY, '79'],
    ]) {
      const { code, out, err } = await mailroom.run(args);
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain(`The server that runs on ${server.data} does not answer: try again`);
    }
    await server.server.stop();
    await writeAccess(server.data, { ...access, token: 'x', key: 'x' });
    expect(await mailroom.must(['settings', 'get', KEY])).toBe('30\n');
    await new Promise((resolve) => cutting.close(resolve));
  });

  it('prints nothing that steers the terminal, whatever is in a name that gets into a message', async () => {
    const { out, err } = await mailroom.run(['user', 'disable', 'red\u009b31m\u202ed\u2028x']);
    expect(`${out}${err}`).toMatch(/red/);
    expect(`${out}${err}`).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/u);
  });

  it('gives up, changing nothing, when somebody keeps the folder and cannot be asked', async () => {
    await server.http.close();
    const { code, err } = await mailroom.run(['settings', 'set', KEY, '79']);
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`in use by another Mailroom .process ${process.pid}.: stop that one first`));
    expect(server.server.settings.get(KEY)).toBe(30);
    expect(await mailroom.must(['settings', 'get', KEY])).toBe('30\n'); // looking is possible all the same
  });
});

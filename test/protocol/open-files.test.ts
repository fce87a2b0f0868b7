import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lacks } from '../../core/base/testing-windows.ts';
import { RawImap } from '../support/raw-imap.ts';
import { closing, openSocket } from '../support/raw-socket.ts';
import { addUser, ServerProcess } from '../support/server-process.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';

const OPEN_FILES = 100;

// Windows has no such limit.
describe.skipIf(lacks('a limit of open files'))('a server that may open no more files', () => {
  let data: string;
  let server: ServerProcess;
  beforeAll(async () => {
    data = await makeTempFolder('open-files');
    await addUser(data, 'karen', 'karens secret 1');
    server = await ServerProcess.start({ dataDir: data, openFiles: OPEN_FILES });
  });
  afterAll(async () => {
    await server.stop();
    await removeFolder(data);
  });

  it('goes on with those who are there, and takes new ones as soon as it can', async () => {
    const user = await RawImap.connect({ port: server.imapPort });
    await user.login('karen', 'karens secret 1');
    await user.ok('SELECT INBOX');
    const crowd = await Promise.all(Array.from({ length: 2 * OPEN_FILES }, () => openSocket(server.imapPort)));
    await user.ok('NOOP');
    expect((await user.append('INBOX', Buffer.from('Subject: x\r\n\r\n'))).status).toBe('OK');
    for (const socket of crowd) socket.destroy();
    await Promise.all(crowd.map(closing));
    await expect.poll(canLogIn, { timeout: 10_000 }).toBe(true);
    await user.ok('NOOP');
    expect(server.running).toBe(true);
  });

  async function canLogIn(): Promise<boolean> {
    try {
      const client = await RawImap.connect({ port: server.imapPort });
      await client.login('karen', 'karens secret 1');
      await client.logout();
      return true;
    } catch {
      return false;
    }
  }
});

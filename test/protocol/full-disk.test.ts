import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startTestServer } from '../support/test-server.ts';

it('mail is served also when the disk does not take what tells commands where the server is', async () => {
  // Stands in for a full disk: a folder with something in it is where the file is written.
  const prepare = async (data: string) =>
    void (await mkdir(join(data, 'run', 'admin.json.new', 'in the way'), { recursive: true }));
  const server = await startTestServer({ prepare });
  server.server.settings.set('admin.port', 0);
  await server.server.openAdministration();
  expect(server.errors.splice(0)).toEqual([expect.stringContaining('Make room on the disk')]);
  const client = await server.client();
  await client.ok('SELECT INBOX');
  await server.stop();
});

import { done } from '../support/admin.ts';
import { KAREN } from '../support/test-server.ts';
import type { WindowServer } from './window.ts';

/** Gives a server what an office has: people, mail, somebody who is connected and somebody who was refused. */
export async function furnish({ server, client, connect }: WindowServer): Promise<void> {
  for (const name of ['anna', 'bernd', 'claire', 'dimitri']) await server.directory.add(name, `${name}s secret 1`);
  await done(server.admin.call('users.disable', { name: 'dimitri' }));
  const karen = await client();
  for (let number = 1; number <= 12; number++) await karen.command(`CREATE "Projects/Number ${number}"`);
  await karen.command('SETACL INBOX olaf lr');
  await karen.command('SELECT INBOX');
  await client();
  const stranger = await connect();
  await stranger.command(`LOGIN ${KAREN.name} "not the password"`);
}

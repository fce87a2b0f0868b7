import type { AdminEvent, AdminResult } from '../../core/admin/contract.ts';
import type { AdminServer } from '../../core/admin/http/admin-server.ts';
import { type AdminClient, connectToServer } from '../../core/admin/http-client.ts';
import { startTestServer, type TestServer } from './test-server.ts';

/** A whole server whose administration is reached as programs reach it: over HTTP, from what is in its data folder. */
export interface AdministeredServer extends TestServer {
  readonly http: AdminServer;
  readonly admin: AdminClient;
  /** Everything told since the start, the oldest first. */
  readonly events: readonly AdminEvent[];
  /** The first event of that name, told already or still to come, that an earlier call has not given. */
  nextEvent<Name extends AdminEvent['event']>(name: Name): Promise<Extract<AdminEvent, { event: Name }>>;
}

/** To be stopped. */
export async function startAdministeredServer(): Promise<AdministeredServer> {
  const testServer = await startTestServer({ loginsPerUser: 20 });
  testServer.server.settings.set('admin.port', 0);
  const http = await testServer.server.openAdministration();
  const admin = await connectToServer(testServer.data);
  if (admin === undefined) throw new Error('the server was not found through its data folder');
  const hearing = listen(admin);
  while (http.listeners === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  const stop = async () => {
    admin.close();
    await testServer.stop();
  };
  return { ...testServer, http, admin, ...hearing, stop };
}

function listen(admin: AdminClient): Pick<AdministeredServer, 'events' | 'nextEvent'> {
  const events: AdminEvent[] = [];
  const given = new Set<AdminEvent>();
  const waiting = new Set<() => void>();
  admin.onEvent((event) => {
    events.push(event);
    for (const look of waiting) look();
  });
  return {
    events,
    nextEvent: (name) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no event ${name} came`)), 20_000);
        const look = () => {
          const found = events.find((event) => event.event === name && !given.has(event));
          if (found === undefined) return;
          given.add(found);
          waiting.delete(look);
          clearTimeout(timer);
          resolve(found as never);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** @throws Error with what the caller was told when it was not done. */
export async function done<Value>(result: Promise<AdminResult<Value>>): Promise<Value> {
  const told = await result;
  if (told.ok) return told.value;
  throw new Error(`${told.error.code} ${told.error.field ?? ''}: ${told.error.message}`);
}

/** The code and the field of a call that is not done, such as `invalid password`. @throws Error when it is done. */
export async function failed(result: Promise<AdminResult<unknown>>): Promise<string> {
  const told = await result;
  if (told.ok) throw new Error('it was done');
  return [told.error.code, told.error.field].filter((word) => word !== undefined).join(' ');
}

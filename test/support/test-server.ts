import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cheapPasswords } from '../../core/accounts/testing.ts';
import type { PasswordCost } from '../../core/accounts/verifier.ts';
import type { Activity } from '../../core/base/activity.ts';
import { systemClock, systemUptime, type Uptime } from '../../core/base/clock.ts';
import { type Logger, silentLogger } from '../../core/base/logger.ts';
import { systemRandom } from '../../core/base/random.ts';
import { createMailServer, type MailServer } from '../../core/server.ts';
import type { FileLayer } from '../../core/store/files/file-layer.ts';
import { freePort } from '../electron/free-port.ts';
import { RawImap } from './raw-imap.ts';

/** The users every test server has. */
export const KAREN = { name: 'karen', password: 'karens secret 1' } as const;
export const OLAF = { name: 'olaf', password: 'olafs secret 2' } as const;

/** A whole server inside the test's process, on a data folder of its own and free loopback ports. */
export interface TestServer {
  readonly server: MailServer;
  readonly data: string;
  readonly port: number;
  readonly tlsPort: number;
  /** What the server logged as an error: a bug it swallowed. `stop` fails the test when there is any; whoever expects some takes them out. */
  readonly errors: string[];
  /** A connection to the plain port, greeted but not logged in. */
  connect(): Promise<RawImap>;
  /** A logged-in connection. */
  client(user?: typeof KAREN | typeof OLAF): Promise<RawImap>;
  stop(): Promise<void>;
}

export interface TestServerOptions {
  readonly allowPlaintext?: boolean;
  /** What deadlines are measured with. */
  readonly uptime?: Uptime;
  /** Sessions of one user at once. No limit unless a test is about it: most open more than a person ever would. */
  readonly loginsPerUser?: number;
  /** The IMAP4 service listens at the two places because its settings say so: it can be stopped and changed. */
  readonly runsService?: boolean;
  /** Puts into the data folder what earlier runs would have left there. */
  readonly prepare?: (data: string) => Promise<void>;
  /** A disk of the mail that can be broken. */
  readonly files?: FileLayer;
  /** Told who waits for the server. */
  readonly activity?: Activity;
  /** For tests that are about the cost of passwords. */
  readonly passwordCost?: PasswordCost;
}

export async function startTestServer({
  allowPlaintext = true,
  uptime = systemUptime,
  loginsPerUser = 0,
  runsService = false,
  prepare,
  files,
  activity,
  passwordCost = cheapPasswords,
}: TestServerOptions = {}) {
  const data = await mkdtemp(join(tmpdir(), 'mailroom-test-'));
  await prepare?.(data);
  const errors: string[] = [];
  const logger: Logger = {
    ...silentLogger,
    error: (fields, message) => errors.push(`${message} ${describe(fields)}`),
  };
  const given = { ...(files && { mailFiles: files }), ...(activity && { activity }) };
  const dependencies = { clock: systemClock, uptime, random: systemRandom, logger, passwordCost, ...given };
  const server = await createMailServer({ data, allowPlaintext }, dependencies);
  server.settings.set('imap4.advanced.concurrentLoginsPerUser', loginsPerUser);
  for (const { name, password } of [KAREN, OLAF]) await server.directory.add(name, password);
  const [port, tlsPort] = await (runsService ? startService(server) : listen(server));
  const open: RawImap[] = [];
  const connect = async () => {
    const client = await RawImap.connect({ port });
    open.push(client);
    return client;
  };
  const testServer: TestServer = {
    server,
    data,
    port,
    tlsPort,
    errors,
    connect,
    async client(user = KAREN) {
      const client = await connect();
      await client.login(user.name, user.password);
      return client;
    },
    async stop() {
      for (const client of open) client.destroy();
      await server.stop();
      await rm(data, { recursive: true, force: true });
      if (errors.length > 0) throw new Error(`the server logged errors:\n${errors.join('\n')}`);
    },
  };
  return testServer;
}

async function listen(server: MailServer): Promise<readonly [port: number, tlsPort: number]> {
  return [
    await server.listen({ address: '127.0.0.1', port: 0, encryption: 'starttls' }),
    await server.listen({ address: '127.0.0.1', port: 0, encryption: 'tls' }),
  ];
}

async function startService(server: MailServer): Promise<readonly [port: number, tlsPort: number]> {
  const [port, tlsPort] = [await freePort(), await freePort()];
  server.settings.set('imap4.general.bindings', [
    { address: '127.0.0.1', port, encryption: 'starttls' },
    { address: '127.0.0.1', port: tlsPort, encryption: 'tls' },
  ]);
  await server.imap4.start();
  return [port, tlsPort];
}

function describe(fields: object): string {
  const { err } = fields as { err?: unknown };
  return err instanceof Error ? (err.stack ?? err.message) : JSON.stringify(fields);
}

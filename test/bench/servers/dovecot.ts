import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Contestant, type MailServer, PASSWORD, type StartOptions } from './server.ts';

/** Of a kind, at most: a thousand sessions, and the thousand that replace them before the first have ended. */
const PROCESSES = 2_500;

/** How it keeps mail: a file for many messages, or one for each. */
export type DovecotFormat = 'mdbox' | 'sdbox' | 'maildir';

/** The version of the Dovecot installed here; undefined when there is none. */
export function dovecotVersion(): string | undefined {
  const result = spawnSync('dovecot', ['--version'], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.split(' ')[0]!.trim() : undefined;
}

/**
 * Dovecot with a configuration, users and folder of its own; its defaults but for what the contest needs: no TLS, a
 * password that is not hashed (so that LOGIN does not measure a hash), no limit on connections of one user unless one is wanted. Its
 * mail_fsync stays `optimized`, as installed. It must be started as root, because its login processes change user.
 */
export function dovecot(format: DovecotFormat, version: string): Contestant {
  return {
    name: `dovecot-${format}`,
    note: `Dovecot ${version}, ${format}, mail_fsync=optimized, loopback, no TLS`,
    prepare: (dir) => prepareFolders(dir),
    start: (dir, options) => start(dir, format, options),
  };
}

async function prepareFolders(dir: string): Promise<void> {
  await mkdir(join(dir, 'run'), { recursive: true });
  await mkdir(join(dir, 'home'), { recursive: true });
  for (const path of [dirname(dir), dir]) await chmod(path, 0o755); // its processes run as users of their own
  const owner = spawnSync('chown', ['-R', 'mail:mail', join(dir, 'home')], { encoding: 'utf8' });
  if (owner.status !== 0) throw new Error(`cannot give the mail folder to user mail (run as root): ${owner.stderr}`);
}

async function start(dir: string, format: string, options: StartOptions): Promise<MailServer> {
  const port = await freePort();
  const config = join(dir, 'dovecot.conf');
  await writeFile(config, configuration(dir, port, format, options));
  const child = spawn('dovecot', ['-F', '-c', config], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  await untilItAnswers(child, dir, port);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await untilNoProcessIsLeft(config);
  };
  return { port, rootPid: child.pid!, stop };
}

async function untilItAnswers(child: ChildProcess, dir: string, port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (child.exitCode !== null) throw new Error(`dovecot ended at once; see ${dir}/dovecot.log`);
    if (await answers(port)) return;
    await sleep(25);
  }
  throw new Error(`dovecot does not answer; see ${dir}/dovecot.log`);
}

function configuration(dir: string, port: number, format: string, { style, loginsPerUser }: StartOptions): string {
  const loginStyle = style === 'reused' ? 'service_count = 0\n  process_min_avail = 2\n  client_limit = 1000' : '';
  const imapStyle = style === 'reused' ? 'service_count = 0\n  process_min_avail = 2' : '';
  return `base_dir = ${dir}/run
state_dir = ${dir}/run
log_path = ${dir}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = ${format}:~/${format}
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = ${loginsPerUser}
auth_mechanisms = plain login
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${dir}/home/%u
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
  process_limit = ${PROCESSES}
  ${loginStyle}
}
service imap {
  process_limit = ${PROCESSES}
  ${imapStyle}
}
service anvil {
  client_limit = 5000
}
service auth {
  client_limit = 5000
}
`;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    const done = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('data', () => done(true));
    socket.once('error', () => done(false));
  });
}

/** Session processes may outlive the master for a moment; their locks and memory must not reach into the next start. */
async function untilNoProcessIsLeft(config: string): Promise<void> {
  const dir = config.slice(0, config.lastIndexOf('/'));
  for (let tries = 0; tries < 100 && processesOf(dir); tries++) await sleep(50);
}

function processesOf(dir: string): boolean {
  return spawnSync('pgrep', ['-f', `dovecot.*${dir}`]).status === 0;
}

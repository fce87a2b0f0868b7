import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ElectronApp } from '../../build/electron-app.ts';
import { programPath } from '../../build/electron-binary.ts';
import { root } from '../../build/window.ts';
import { lacks } from '../../core/base/testing-windows.ts';
import { buildApp } from '../electron/build-app.ts';
import { freePort } from '../electron/free-port.ts';
import type { Run } from '../electron/stand-in/checkout.ts';
import { RawImap } from '../support/raw-imap.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import {
  makeDist,
  makePackage,
  makeRelease,
  nodeProgram,
  type Program,
  script,
  standInProgram,
} from './fake-electron.ts';
import { Mirror } from './mirror.ts';

const WITHOUT_APP = /^The app cannot open: (.*)\. The server starts without it; its window opens in a browser\.$/m;

let folder: string;
let data: string;
let imapPort: number;
const ending: (() => unknown)[] = [];

beforeAll(buildApp);
beforeEach(async () => {
  folder = await makeTempFolder('start');
  ending.push(() => removeFolder(folder));
  data = join(folder, 'data');
  imapPort = await freePort();
  const bindings = [{ address: '127.0.0.1', port: imapPort, encryption: 'starttls' }];
  const settings = { admin: { port: 0 }, imap4: { general: { bindings } } };
  await mkdir(data);
  await writeFile(join(data, 'settings.json'), JSON.stringify(settings));
});
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly args?: readonly string[];
  readonly uid?: number;
}

/** `npm start` of a user with a screen, unless the test says otherwise. */
class Started {
  out = '';
  err = '';
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;

  constructor({ env = {}, args = ['--data', data], uid = 1000 }: StartOptions) {
    const own = { DISPLAY: ':99', START_UID: `${uid}`, STAND_IN_NOTES: join(folder, 'notes'), ...env };
    this.process = spawn(process.execPath, [join(import.meta.dirname, 'start-as-user.ts'), ...args], {
      ...{ env: { ...process.env, ...own }, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    this.process.stdout!.setEncoding('utf8').on('data', (text) => {
      this.out += text;
    });
    this.process.stderr!.setEncoding('utf8').on('data', (text) => {
      this.err += text;
    });
    this.exited = once(this.process, 'exit').then(([code]) => code);
    ending.push(() => this.process.kill('SIGKILL'));
  }

  /** Waits until it has said so, on stderr. */
  async says(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.err)) {
      if (this.process.exitCode !== null) throw new Error(`it ended with ${this.process.exitCode}:\n${this.err}`);
      await pause(20);
    }
  }

  /** Waits until the server alone serves, and gives the reason that it has said first, in one line. */
  async serves(): Promise<string | undefined> {
    await this.says(/^The settings window: http.*\n/m);
    expect(this.out).toMatch(/^ready imap=/);
    const [line = '', ...more] = this.err.split('\n').filter((text) => !text.startsWith('Fetching'));
    expect(more.join('\n')).not.toMatch(WITHOUT_APP);
    return WITHOUT_APP.exec(line)?.[1];
  }

  /** Ctrl+C. */
  interrupt(): void {
    this.process.kill('SIGINT');
  }
}

async function runs(): Promise<Run[]> {
  const lines = (await readFile(join(folder, 'notes'), 'utf8').catch(() => '')).trim().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

async function nextRun(count = 1): Promise<Run> {
  for (;;) {
    const all = await runs();
    if (all.length >= count) return all[count - 1]!;
    await pause(20);
  }
}

const withProgram = async (program: Program) => ({
  ...program.env,
  ELECTRON_OVERRIDE_DIST_PATH: await makeDist(folder, program),
});

describe('npm start', () => {
  it.skipIf(lacks('signals to one process'))(
    'opens the app on the folder that is named, which serves mail; Ctrl+C says BYE and ends with 0',
    async () => {
      const env = {
        ...(await withProgram(standInProgram)),
        ELECTRON_RUN_AS_NODE: '1',
        ELECTRON_RENDERER_URL: 'http://evil/',
      };
      const started = new Started({ env });
      await started.says(/Mailroom is open/);
      const run = await nextRun();
      expect(run).toMatchObject({ args: [root], windowUrl: 'mailroom://window/index.html', runsAsNode: false });
      const client = await connected();
      started.interrupt();
      started.interrupt(); // npm’s echo of the terminal’s
      expect(await client.expectUntagged(/^\* BYE/)).toMatch(/BYE/);
      expect(await started.exited).toBe(0);
      expect(started.err).not.toMatch(WITHOUT_APP);
    },
  );

  it('ends when the app is quit, and the app when it is killed: neither is left behind', async () => {
    const env = await withProgram(standInProgram);
    const first = new Started({ env });
    await first.says(/Mailroom is open/);
    await writeFile(join(folder, `notes.quit-${(await nextRun()).pid}`), ''); // Quit in the tray
    expect(await first.exited).toBe(0);

    const second = new Started({ env });
    await second.says(/Mailroom is open/);
    const { pid } = await nextRun(2);
    const client = await connected();
    second.process.kill('SIGKILL');
    expect(await client.expectUntagged(/^\* BYE/)).toMatch(/BYE/);
    await isGone(pid);
  });

  it.skipIf(lacks('signals to one process'))(
    'says BYE when the app itself is told to end by a signal, as at the end of a session on Linux',
    async () => {
      const started = new Started({ env: await withProgram(standInProgram) });
      await started.says(/Mailroom is open/);
      const client = await connected();
      process.kill((await nextRun()).pid, 'SIGTERM');
      expect(await client.expectUntagged(/^\* BYE/)).toMatch(/BYE/);
      expect(await started.exited).toBe(0);
    },
  );

  it('says BYE where no signal asks an app to end: on Windows', async () => {
    const program = join(await makeDist(folder, standInProgram), programPath(process.platform));
    const env = { ...process.env, ...standInProgram.env, STAND_IN_NOTES: join(folder, 'notes') };
    const terminal = { err() {} };
    const app = new ElectronApp({ program, project: root, data, env, platform: 'win32', terminal });
    await app.up;
    const client = await connected();
    app.quit();
    expect(await client.expectUntagged(/^\* BYE/)).toMatch(/BYE/);
    expect(await app.ended).toEqual({ kind: 'ended', code: 0 });
  });

  it('ends with the code of an app that was up', async () => {
    const code = 'process.send("up"); setTimeout(() => process.exit(7), 200)';
    const started = new Started({ env: await withProgram(await nodeProgram(folder, code)) });
    expect(await started.exited).toBe(7);
    expect(started.out).toBe('');
  });

  it('shows what Electron says once it is up, and nothing of it twice', async () => {
    const code = 'console.error("early"); process.send("up"); setTimeout(() => console.error("late"), 200)';
    const env = await withProgram(await nodeProgram(folder, `${code}; setTimeout(() => process.exit(0), 400)`));
    const started = new Started({ env });
    await started.exited;
    expect(started.err.match(/^(early|late)$/gm)).toEqual(['early', 'late']);
  });

  it('says so when Mailroom runs already', async () => {
    const env = { ...(await withProgram(standInProgram)), STAND_IN_SECOND: '1' };
    const started = new Started({ env });
    expect(await started.exited).toBe(0);
    const said = started.err.replaceAll('Building what is new …\n', ''); // a slow disk takes long to tell that nothing is
    expect(said).toBe('Mailroom runs already: its window has come to the front.\n');
  });

  it.skipIf(lacks('signals to one process'))(
    'ends by force an app that does not end when it is asked a second time',
    async () => {
      const code = 'process.send("up"); process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)';
      const started = new Started({ env: await withProgram(await nodeProgram(folder, code)) });
      await started.says(/Mailroom is open/);
      started.interrupt();
      await pause(700);
      expect(started.process.exitCode).toBeNull();
      started.interrupt();
      expect(await started.exited).toBe(1);
    },
  );
});

describe.skipIf(lacks('signals to one process'))(
  'npm start where the app cannot open serves all the same, and says in one line',
  () => {
    const failures: [string, string, RegExp][] = [
      [
        'that a library is missing',
        'echo "electron: error while loading shared libraries: libgtk-3.so.0: cannot open shared object file" >&2; exit 127',
        /^this system has no libgtk-3\.so\.0, which Electron needs$/,
      ],
      [
        'that Linux gives it no sandbox',
        'echo "FATAL: The SUID sandbox helper binary was found, but is not configured correctly." >&2; kill -ABRT $$',
        /^this Linux lets Electron have no sandbox$/,
      ],
      [
        'how it ended, when nothing better is known',
        'echo "[1:1] bad CPU" >&2; exit 3',
        /^Electron ended at once, with exit code 3: \[1:1\] bad CPU$/,
      ],
    ];
    it.each(failures)('%s', async (_name, lines, reason) => {
      const started = new Started({ env: await withProgram(script(lines)) });
      expect(await started.serves()).toMatch(reason);
      started.interrupt();
      started.interrupt();
      expect(await started.exited).toBe(0);
    });

    it('that the program cannot be run', async () => {
      const started = new Started({
        env: await withProgram({ content: Buffer.from('\x7fELF of another machine'), env: {} }),
      });
      expect(await started.serves()).toMatch(/EACCES|ENOEXEC|Electron ended at once/);
    });

    it.skipIf(process.platform !== 'linux')(
      'that there is no screen or only root, without fetching anything',
      async () => {
        const mirror = await Mirror.start();
        ending.push(() => mirror.stop());
        const env = {
          ELECTRON_MIRROR: mirror.address,
          START_ELECTRON: await makePackage(join(folder, 'package'), Buffer.alloc(9)),
        };
        const screenless = new Started({ env: { ...env, DISPLAY: '', WAYLAND_DISPLAY: '' } });
        expect(await screenless.serves()).toContain('no screen');
        screenless.interrupt();
        await screenless.exited;
        const root = new Started({ env, uid: 0 });
        expect(await root.serves()).toContain('as root');
        expect(mirror.asked).toEqual([]);
      },
    );
  },
);

describe.skipIf(lacks('small stand-ins for programs'))('npm start without Electron', () => {
  let mirror: Mirror;
  let env: NodeJS.ProcessEnv;
  beforeEach(async () => {
    const release = makeRelease(standInProgram.content as Buffer);
    mirror = await Mirror.start();
    ending.push(() => mirror.stop().catch(() => {}));
    mirror.content = release;
    env = {
      START_ELECTRON: await makePackage(join(folder, 'package'), release),
      electron_config_cache: join(folder, 'cache'),
      ELECTRON_MIRROR: mirror.address,
    };
  });

  it('fetches it once, telling how far it is, and opens the app', async () => {
    mirror.manner = { pause: 10 };
    const first = new Started({ env });
    await first.says(/Mailroom is open/);
    expect(first.err).toMatch(/^Fetching Electron 45\.0\.0 for the app \(once\) …$/m);
    expect(first.err.match(/^Fetching .* \d+ % of 4 MB$/gm)?.length).toBeGreaterThan(5);
    (await connected()).destroy();
    first.interrupt();
    expect(await first.exited).toBe(0);
    const second = new Started({ env });
    await second.says(/Mailroom is open/);
    expect(second.err).not.toContain('Fetching');
    expect(mirror.asked).toHaveLength(1);
  });

  it('serves without it at once where the network refuses', async () => {
    await mirror.stop();
    const refused = new Started({ env });
    expect(await refused.serves()).toMatch(/^Electron could not be fetched \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)$/);
    (await connected()).destroy();
    refused.interrupt();
    expect(await refused.exited).toBe(0);
  });

  it('asks for nothing when the server alone is wanted: --headless, or what only mailroom serve has', async () => {
    for (const args of [['--headless'], ['--host', '127.0.0.1', '--imap-port', '0', '--imaps-port', '0']]) {
      const started = new Started({ env, args: [...args, '--data', data] });
      expect(await started.serves()).toBeUndefined();
      started.interrupt();
      expect(await started.exited).toBe(0);
    }
    expect(mirror.asked).toEqual([]);
  });
});

async function connected(): Promise<RawImap> {
  for (;;) {
    try {
      return await RawImap.connect({ port: imapPort });
    } catch {
      await pause(50); // the app opens its window and its ports side by side
    }
  }
}

async function isGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await pause(50);
  }
}

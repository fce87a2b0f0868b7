import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdminEvent, AdminResult, LockOut, ServiceInfo, SessionInfo } from '../../../core/admin/contract.ts';
import type { SettingKey } from '../../../core/settings/schema.ts';
import type { EngineListeners } from '../../../electron/engine/engine-thread.ts';
import type { ToEngine } from '../../../electron/engine/messages.ts';
import { HandTurnedTimers } from '../../../electron/engine/testing.ts';
import { boot, type ElectronParts } from '../../../electron/main/boot.ts';
import { appFolders } from '../../../electron/main/folders.ts';
import { ElectronStandIn } from './electron.ts';
import { FakeUpdater } from './fake-updater.ts';

/** An engine without a server, which says what the test wants it to say. */
export class FakeEngine {
  services: ServiceInfo[] = [service('running')];
  sessions: Partial<SessionInfo>[] = [];
  lockOuts: LockOut[] = [];
  certificateWarning: string | undefined;
  settings: { key: SettingKey; value: unknown }[] = [];
  /** It does not stop when it is told to. */
  hangs = false;
  starts = 0;
  /** Whether the last start was to start the services. */
  startedServices = false;
  calls: string[] = [];
  #listeners: EngineListeners | undefined;

  start = ({ startServices }: { startServices: boolean }, listeners: EngineListeners) => {
    this.starts++;
    this.startedServices = startServices;
    this.#listeners = listeners;
    setImmediate(() => listeners.onMessage({ kind: 'ready' }));
    return { postMessage: (message: ToEngine) => this.#take(message), terminate: () => this.crash() };
  };

  tell(event: AdminEvent): void {
    this.#listeners?.onMessage({ kind: 'event', event });
  }

  /** `mailroom stop` in another terminal. */
  askToEnd(): void {
    this.#listeners?.onMessage({ kind: 'askedToEnd' });
  }

  crash(): void {
    this.#listeners?.onExit(new Error('out of memory'));
  }

  #take(message: ToEngine): void {
    const listeners = this.#listeners;
    if (message.kind === 'stop') {
      this.calls.push('stop');
      if (!this.hangs) setImmediate(() => listeners?.onExit(undefined));
      return;
    }
    this.calls.push(message.name);
    const { id } = message;
    setImmediate(() => listeners?.onMessage({ kind: 'result', id, result: this.#answer(message.name) }));
  }

  #answer(name: string): AdminResult<unknown> {
    const answers: Record<string, () => unknown> = {
      'services.list': () => this.services,
      'sessions.list': () => this.sessions,
      'lockouts.list': () => this.lockOuts,
      'certificate.get': () => ({ warning: this.certificateWarning, fingerprint: 'AA' }),
      'services.stop': () => this.#become('stopped'),
      'services.start': () => this.#become('running'),
      'settings.list': () => this.settings,
    };
    const answer = answers[name];
    if (answer === undefined) throw new Error(`the engine of this test knows no ${name}`);
    return { ok: true, value: answer() };
  }

  #become(state: ServiceInfo['state']): void {
    this.services = [service(state)];
    this.tell({ event: 'services.changed' });
  }
}

export function service(state: ServiceInfo['state'], problem?: string): ServiceInfo {
  return { id: 'imap4', name: 'IMAP4 Server', state, problem, since: 0, listeners: [] };
}

export interface BootOptions {
  readonly argv?: readonly string[];
  readonly firstInstance?: boolean;
  readonly platform?: NodeJS.Platform;
  /** Where updates come from; undefined: from nowhere. */
  readonly feed?: string;
  readonly installed?: boolean;
}

/** The app on stand-ins, in a folder of the test's. */
export async function bootApp(
  folder: string,
  { argv = [], firstInstance = true, platform = 'win32', feed, installed = true }: BootOptions = {},
) {
  const renderer = join(folder, 'dist', 'renderer');
  await mkdir(join(renderer, 'assets'), { recursive: true });
  await writeFile(join(renderer, 'index.html'), '<!doctype html><title>Mailroom</title>');
  await writeFile(join(folder, 'secret.txt'), 'not for the window');
  const electron = new ElectronStandIn();
  electron.firstInstance = firstInstance;
  const engine = new FakeEngine();
  if (feed !== undefined) engine.settings = [{ key: 'updates.feed', value: feed }];
  const updater = new FakeUpdater(() => electron.app.quit());
  const timers = new HandTurnedTimers();
  const world = {
    free: 100 * 1024 ** 3,
    starts: false,
    bounds: undefined as { width: number; height: number } | undefined,
  };
  boot({
    electron: electron.module as unknown as ElectronParts,
    ...{ platform, argv, data: join(folder, 'data'), developmentUrl: undefined },
    folders: appFolders(join(folder, 'dist', 'app', 'main'), import.meta.url),
    startEngine: engine.start,
    loginItem: {
      get: async () => world.starts,
      set: async (starts) => {
        world.starts = starts;
      },
    },
    loadUpdater: installed ? async () => updater : undefined,
    bounds: {
      get: () => world.bounds,
      set: (bounds) => {
        world.bounds = bounds;
      },
    },
    freeSpace: async () => world.free,
    clock: { now: () => timers.now },
    uptime: () => timers.now,
    timers,
  });
  /** Lets so much time pass, and everything that waits only for the event loop come to its end. */
  const pass = async (milliseconds = 0) => {
    timers.turn(milliseconds);
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  await pass(50);
  await pass(50);
  return { electron, engine, updater, timers, world, pass };
}

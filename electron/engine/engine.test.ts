import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemUptime } from '../../core/base/clock.ts';
import { engineThreads } from './engine-thread.ts';
import { type EngineState, Supervisor } from './supervisor.ts';
import { systemTimers } from './timers.ts';

const program = new URL('./engine.worker.ts', import.meta.url);
const ending: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** The real engine in a real thread, on a data folder of its own; its services stay stopped. */
async function startEngine() {
  const data = await mkdtemp(join(tmpdir(), 'mailroom-engine-'));
  ending.push(() => rm(data, { recursive: true, force: true }));
  // A free port for the command line: the usual one may be a running server's.
  await writeFile(join(data, 'settings.json'), JSON.stringify({ admin: { port: 0 } }));
  const supervisor = new Supervisor({
    start: engineThreads(program),
    options: () => ({ data, startServices: false }),
    timers: systemTimers,
    uptime: systemUptime,
  });
  ending.push(() => supervisor.stop());
  supervisor.start();
  return { data, supervisor };
}

function reached(supervisor: Supervisor, wanted: EngineState['name']): Promise<void> {
  return new Promise((resolve) => {
    if (supervisor.state.name === wanted) return resolve();
    const stop = supervisor.onState(({ name }) => {
      if (name !== wanted) return;
      stop();
      resolve();
    });
  });
}

describe('the engine in its thread', () => {
  it('answers what was asked before it was ready, tells events, and stops leaving nothing behind', async () => {
    const { supervisor } = await startEngine();
    const listed = await supervisor.call('settings.list', {});
    if (!listed.ok) throw new Error(listed.error.message);
    expect(listed.value.map(({ key }) => key)).toContain('imap4.advanced.supportIdle');
    expect(await supervisor.call('setup.state', {})).toMatchObject({ value: { needsFirstUser: true } });

    const told = new Promise((resolve) => supervisor.onEvent((event) => event.event === 'users.changed' && resolve(1)));
    await supervisor.call('users.add', { name: 'karen', password: 'karens secret 1', quota: undefined });
    await told;

    await supervisor.stop();
    expect(supervisor.state).toEqual({ name: 'stopped' });
    supervisor.start();
    const users = await supervisor.call('users.list', {});
    expect(users.ok && users.value.map(({ name }) => name)).toContain('karen');
  });

  it('checks arguments where they are used, whoever sends them', async () => {
    const { supervisor } = await startEngine();
    const wrong = await supervisor.call('users.add', { name: 5 } as never);
    expect(wrong).toMatchObject({ ok: false, error: { code: 'invalid' } });
    const unknown = await supervisor.call('toString' as never, {} as never);
    expect(unknown).toMatchObject({ ok: false, error: { code: 'invalid' } });
  });

  it('comes back after it was killed in the middle, on the same data', async () => {
    const { supervisor } = await startEngine();
    await supervisor.call('users.add', { name: 'karen', password: 'karens secret 1', quota: undefined });
    const asked = supervisor.call('users.list', {});
    supervisor.kill();
    expect(await asked).toMatchObject({ ok: false });
    await reached(supervisor, 'running');
    const users = await supervisor.call('users.list', {});
    expect(users.ok && users.value.map(({ name }) => name)).toContain('karen');
  });

  it('says why it cannot start: the folder is another server’s', async () => {
    const { data } = await startEngine().then(async (first) => {
      await reached(first.supervisor, 'running');
      return first;
    });
    const second = new Supervisor({
      start: engineThreads(program),
      options: () => ({ data, startServices: false }),
      timers: systemTimers,
      uptime: systemUptime,
    });
    second.start();
    await reached(second, 'problem');
    expect(second.state.reason).toContain(data);
  });
});

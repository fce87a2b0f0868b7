import { describe, expect, it } from 'vitest';
import { engineLimits } from '../limits.ts';
import type { EngineListeners } from './engine-thread.ts';
import type { ToEngine } from './messages.ts';
import { Supervisor } from './supervisor.ts';
import { HandTurnedTimers } from './testing.ts';

/** Engines that do what the test says, on a time that the test turns. */
function setUp() {
  const timers = new HandTurnedTimers();
  const engines: { listeners: EngineListeners; sent: ToEngine[]; terminated: boolean }[] = [];
  const supervisor = new Supervisor({
    start(_options, listeners) {
      const engine = { listeners, sent: [] as ToEngine[], terminated: false };
      engines.push(engine);
      return {
        postMessage: (message) => void engine.sent.push(message),
        terminate() {
          engine.terminated = true;
          listeners.onExit(new Error('terminated'));
        },
      };
    },
    options: () => ({ data: '/data', startServices: true }),
    timers,
    uptime: () => timers.now,
  });
  const last = () => engines.at(-1)!;
  const ready = () => last().listeners.onMessage({ kind: 'ready' });
  const crash = () => last().listeners.onExit(new Error('out of memory'));
  return { timers, engines, supervisor, last, ready, crash };
}

describe('the supervisor of the engine', () => {
  it('starts a crashed engine anew, later each time, and says in the end that it is a problem', () => {
    const { timers, engines, supervisor, ready, crash } = setUp();
    supervisor.start();
    for (const [count, pause] of engineLimits.restartAfter.entries()) {
      ready();
      crash();
      expect(supervisor.state.name).toBe('waiting');
      timers.turn(pause - 1);
      expect(engines).toHaveLength(count + 1);
      timers.turn(1);
      expect(engines).toHaveLength(count + 2);
    }
    crash();
    expect(supervisor.state).toMatchObject({ name: 'problem', reason: expect.stringContaining('out of memory') });
    timers.turn(24 * 3_600_000);
    expect(engines).toHaveLength(engineLimits.restartAfter.length + 1);
    supervisor.start();
    expect(supervisor.state.name).toBe('starting');
  });

  it('does not count crashes of last week: an engine that ran well gets all its chances again', () => {
    const { timers, supervisor, ready, crash } = setUp();
    supervisor.start();
    for (let crashes = 0; crashes < 20; crashes++) {
      ready();
      timers.turn(engineLimits.wellAfter);
      crash();
      expect(supervisor.state.name).toBe('waiting');
      timers.turn(engineLimits.restartAfter[0]);
    }
  });

  it('answers the calls of an engine that died at once, instead of leaving the window waiting', async () => {
    const { supervisor, ready, crash } = setUp();
    supervisor.start();
    ready();
    const asked = supervisor.call('settings.list', {});
    crash();
    expect(await asked).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect(await supervisor.call('settings.list', {})).toMatchObject({ ok: false, error: { code: 'refused' } });
  });

  it('does not try again what a person has to mend', () => {
    const { timers, engines, supervisor, last } = setUp();
    supervisor.start();
    last().listeners.onMessage({
      kind: 'failed',
      message: 'The data folder is in use by another server',
      passes: false,
    });
    last().listeners.onExit(undefined);
    expect(supervisor.state).toEqual({ name: 'problem', reason: 'The data folder is in use by another server' });
    timers.turn(3_600_000);
    expect(engines).toHaveLength(1);
  });

  it('tries again when another program had a file open: antivirus looks at everything when Windows starts', () => {
    const { timers, engines, supervisor, last, ready } = setUp();
    supervisor.start();
    for (let tries = 1; tries <= 20; tries += 1) {
      last().listeners.onMessage({ kind: 'failed', message: 'settings.json is held open', passes: true });
      last().listeners.onExit(undefined);
      expect(supervisor.state).toEqual({ name: 'waiting', reason: 'settings.json is held open.' });
      timers.turn(engineLimits.heldFileAgain);
      expect(engines).toHaveLength(tries + 1);
    }
    ready();
    expect(supervisor.state.name).toBe('running');
  });

  it('does not wait for ever for an engine that hangs while it stops: the computer wants to shut down', async () => {
    const { timers, supervisor, ready, last } = setUp();
    supervisor.start();
    ready();
    const stopped = supervisor.stop();
    expect(last().sent).toEqual([{ kind: 'stop' }]);
    expect(last().terminated).toBe(false);
    timers.turn(engineLimits.stopWithin);
    await stopped;
    expect(last().terminated).toBe(true);
    expect(supervisor.state).toEqual({ name: 'stopped' });
    timers.turn(3_600_000);
    expect(supervisor.state).toEqual({ name: 'stopped' });
  });

  it('does not start again what was stopped while it waited after a crash', async () => {
    const { timers, engines, supervisor, crash } = setUp();
    supervisor.start();
    crash();
    await supervisor.stop();
    timers.turn(3_600_000);
    expect(engines).toHaveLength(1);
  });
});

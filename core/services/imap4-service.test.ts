import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serviceLimits } from '../base/limits.ts';
import { silentLogger } from '../base/logger.ts';
import { Problems } from '../base/problems.ts';
import type { Binding } from '../settings/binding.ts';
import type { SettingKey } from '../settings/schema.ts';
import type { Settings } from '../settings/store.ts';
import { Imap4Service } from './imap4-service.ts';

const PLAIN: Binding = { address: '127.0.0.1', port: 2143, encryption: 'starttls' };
const TLS: Binding = { address: '127.0.0.1', port: 2993, encryption: 'tls' };

/** Writes down what it is asked for; ports in `taken` cannot be had. */
class NotingEngine {
  readonly done: string[] = [];
  readonly taken = new Set<number>();
  /** Awaited by every step, so that a test can hold one up. */
  gate: Promise<void> = Promise.resolve();

  async listen({ port, encryption }: Binding) {
    await this.gate;
    if (this.taken.has(port)) throw Object.assign(new Error('taken'), { code: 'EADDRINUSE' });
    this.done.push(`listen ${port} ${encryption}`);
    return { port };
  }

  closeListener({ port }: { port: number }): void {
    this.done.push(`close ${port}`);
  }

  async endAll(): Promise<void> {
    await this.gate;
    this.done.push('end all');
  }

  /** What was done since the last call. */
  news(): string[] {
    return this.done.splice(0);
  }
}

let engine: NotingEngine;
let values: Record<string, unknown>;
let tell: (key: SettingKey) => void;
let service: Imap4Service<{ port: number }>;
let problems: Problems;
let now = 0;

beforeEach(() => {
  vi.useFakeTimers();
  engine = new NotingEngine();
  values = {
    'imap4.general.enabled': true,
    'imap4.general.bindings': [PLAIN, TLS],
    'imap4.general.serviceName': 'Mailroom IMAP4',
  };
  tell = () => {};
  const settings = {
    get: (key: SettingKey) => values[key],
    onChange(listener: (key: SettingKey) => void) {
      tell = listener;
      return () => {
        tell = () => {};
      };
    },
  } as Pick<Settings, 'get' | 'onChange'>;
  const clock = { now: () => now };
  problems = new Problems();
  service = new Imap4Service({ engine, settings, overrides: {}, problems, clock, logger: silentLogger });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Changes a setting, and waits until the service has done what follows from it. */
async function set(key: SettingKey, value: unknown): Promise<void> {
  values[key] = value;
  tell(key);
  await vi.advanceTimersByTimeAsync(0);
}

describe('the IMAP4 service', () => {
  it('opens and closes only the listener that changed: the sessions of the others must stay', async () => {
    await service.start();
    expect(engine.news()).toEqual(['listen 2143 starttls', 'listen 2993 tls']);
    await set('imap4.general.bindings', [{ ...PLAIN, encryption: 'starttlsRequired' }, TLS]);
    expect(engine.news()).toEqual(['close 2143', 'listen 2143 starttlsRequired']);
    await set('imap4.general.bindings', [TLS]);
    expect(engine.news()).toEqual(['close 2143']);
    await set('imap4.general.bindings', [TLS, PLAIN]);
    expect(engine.news()).toEqual(['listen 2143 starttls']);
    await set('imap4.general.bindings', [PLAIN, TLS]);
    expect(engine.news()).toEqual([]);
  });

  it('does nothing on its own before it was started, and nothing after it was closed', async () => {
    await set('imap4.general.bindings', [PLAIN]);
    expect(service.info()).toMatchObject({ state: 'stopped', listeners: [], problem: undefined });
    await service.start();
    await service.close();
    engine.news();
    await set('imap4.general.bindings', [TLS]);
    await set('imap4.general.enabled', true);
    expect(engine.news()).toEqual([]);
    expect(service.info().state).toBe('stopped');
  });

  it('stops when it is switched off, says so, and starts when it is switched on', async () => {
    await service.start();
    engine.news();
    await set('imap4.general.enabled', false);
    expect(engine.news()).toEqual(['end all']);
    expect(service.info()).toMatchObject({ state: 'stopped', listeners: [] });
    expect(service.info().problem).toMatch(/switched off: the setting imap4\.general\.enabled/);
    await set('imap4.general.enabled', true);
    expect(engine.news()).toHaveLength(2);
    expect(service.info()).toMatchObject({ state: 'running', problem: undefined });
  });

  it('tells what else is wrong with the mail, as long as it is, and runs on', async () => {
    await service.start();
    let told = 0;
    service.onChange(() => told++);
    problems.report('disk', 'The disk is full.');
    expect(service.info()).toMatchObject({ state: 'running', problem: 'The disk is full.' });
    problems.report('disk', undefined);
    expect(service.info()).toMatchObject({ state: 'running', problem: undefined });
    expect(told).toBe(2);
  });

  it('stays stopped by hand when a listener is changed, and opens the new one when it is started', async () => {
    await service.start();
    await service.stop();
    engine.news();
    await set('imap4.general.bindings', [TLS]);
    expect(engine.news()).toEqual([]);
    await service.start();
    expect(engine.news()).toEqual(['listen 2993 tls']);
  });

  it('runs where it can, and tries again where it cannot until it can', async () => {
    engine.taken.add(PLAIN.port);
    await service.start();
    const { state, problem, listeners } = service.info();
    expect(state).toBe('problem');
    expect(problem).toMatch(/port 2143: the port is used by another program; choose another port/);
    expect(listeners.map(({ boundPort }) => boundPort)).toEqual([undefined, 2993]);
    engine.news();
    await vi.advanceTimersByTimeAsync(serviceLimits.listenAgain);
    expect(engine.news()).toEqual([]);
    engine.taken.clear();
    await vi.advanceTimersByTimeAsync(serviceLimits.listenAgain);
    expect(engine.news()).toEqual(['listen 2143 starttls']);
    expect(service.info()).toMatchObject({ state: 'running', problem: undefined });
    await vi.advanceTimersByTimeAsync(10 * serviceLimits.listenAgain);
    expect(engine.news()).toEqual([]);
  });

  it('does one thing after another, whatever is asked meanwhile', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    engine.gate = promise;
    const all = [service.start(), service.stop(), service.start(), service.restart()];
    await set('imap4.general.bindings', [TLS]);
    resolve();
    await Promise.all(all);
    expect(service.info().state).toBe('running');
    const open = new Set<string>();
    for (const step of engine.news()) {
      if (step === 'end all') open.clear();
      else if (step.startsWith('close ')) expect(open.delete(step.slice(6))).toBe(true);
      else {
        const port = step.split(' ')[1]!;
        expect(open.has(port)).toBe(false); // it would be bound twice
        open.add(port);
      }
    }
    expect([...open]).toEqual(['2993']);
  });

  it('tells of every state it enters, and since when', async () => {
    const states: string[] = [];
    service.onChange(() => states.push(`${service.info().state} ${service.info().since}`));
    now = 5;
    await service.start();
    now = 7;
    await service.stop();
    expect(states).toEqual(['starting 5', 'running 5', 'stopping 7', 'stopped 7']);
  });

  it('says that there is nowhere to listen', async () => {
    values['imap4.general.bindings'] = [];
    await service.start();
    expect(service.info()).toMatchObject({ state: 'problem', problem: expect.stringContaining('add a place') });
  });
});

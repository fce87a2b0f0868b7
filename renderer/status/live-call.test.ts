import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogLine } from '../../core/admin/contract.ts';
import { CallFails, FakeAdmin } from '../api/fake-admin.ts';
import { windowLimits } from '../limits.ts';
import { firstRows } from './first-rows.ts';
import { keyedRows } from './keyed-rows.ts';
import { LiveCall } from './live-call.svelte.ts';
import { linesText } from './log-text.ts';
import { LogView } from './log-view.svelte.ts';
import { StatusData } from './status-data.svelte.ts';

const changed = { event: 'sessions.changed' } as const;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a list kept up to date', () => {
  const sessions = (admin: FakeAdmin) =>
    new LiveCall(admin, 'sessions.list', { args: () => ({}), asksAt: ({ event }) => event === 'sessions.changed' });

  it('asks once for a storm of events, and never misses the last', async () => {
    const admin = new FakeAdmin({ 'sessions.list': () => [] });
    const stop = sessions(admin).open();
    await vi.advanceTimersByTimeAsync(2 * windowLimits.refreshGap);
    for (let event = 0; event < 1_000; event++) admin.emit(changed);
    await vi.advanceTimersByTimeAsync(windowLimits.refreshGap / 2);
    for (let event = 0; event < 1_000; event++) admin.emit(changed);
    await vi.advanceTimersByTimeAsync(windowLimits.refreshGap);
    expect(admin.sentArgs('sessions.list')).toHaveLength(3);
    stop();
  });

  it('asks again when something changed while a slow answer was on its way', async () => {
    const admin = new FakeAdmin({ 'sessions.list': () => [] });
    const stop = sessions(admin).open();
    admin.emit(changed);
    await vi.advanceTimersByTimeAsync(windowLimits.refreshGap);
    expect(admin.sentArgs('sessions.list')).toHaveLength(2);
    stop();
  });

  it('keeps what it shows while the server is away, says why, and recovers by itself', async () => {
    const admin = new FakeAdmin({ 'services.list': () => [] });
    const live = new LiveCall(admin, 'services.list', { args: () => ({}), asksAt: () => false });
    const stop = live.open();
    await vi.advanceTimersByTimeAsync(0);
    admin.reachable = false;
    await vi.advanceTimersByTimeAsync(windowLimits.idleRefresh);
    expect([live.value, live.error]).toEqual([[], 'The server does not answer.']);
    admin.reachable = true;
    await vi.advanceTimersByTimeAsync(windowLimits.idleRefresh);
    expect(live.error).toBeUndefined();
    stop();
  });

  it('stops for good, even when it is stopped with a question under way', async () => {
    const admin = new FakeAdmin({ 'sessions.list': () => [] });
    const stop = sessions(admin).open();
    stop();
    admin.emit(changed);
    await vi.advanceTimersByTimeAsync(10 * windowLimits.idleRefresh);
    expect([admin.sent.length, admin.listeners, vi.getTimerCount()]).toEqual([1, 0, 0]);
  });

  it('leaves no listener and no timer of the whole Status page behind', async () => {
    const admin = new FakeAdmin();
    const stop = new StatusData(admin).open();
    await vi.advanceTimersByTimeAsync(windowLimits.sessionPoll);
    expect(admin.listeners).toBeGreaterThan(0);
    stop();
    await vi.advanceTimersByTimeAsync(0);
    expect([admin.listeners, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('says once what makes all questions fail', async () => {
    const admin = new FakeAdmin();
    admin.reachable = false;
    const data = new StatusData(admin);
    const stop = data.open();
    await vi.advanceTimersByTimeAsync(0);
    expect(data.errors).toEqual(['The server does not answer.']);
    stop();
  });
});

describe('long lists', () => {
  it('searches and orders all rows before it shows the first', () => {
    const all = Array.from({ length: 1_000 }, (_, index) => ({ id: index, name: index === 999 ? 'Karen' : 'bob' }));
    const found = firstRows(all, '  KAREN ', ({ name }) => name);
    expect(found).toEqual({ rows: [{ id: 999, name: 'Karen' }], found: 1 });
    const newest = firstRows(all, '', String, (one, other) => other.id - one.id);
    expect([newest.rows[0]?.id, newest.rows.length, newest.found]).toEqual([999, windowLimits.listRows, 1_000]);
  });

  it('keeps the key of a row that is selected when others of the same moment come before it', () => {
    const one = { at: 5, what: 'one' };
    const two = { at: 5, what: 'two' };
    const before = keyedRows([one])[0]!.key;
    const after = keyedRows([{ at: 6, what: 'three' }, two, one]);
    expect(after.find(({ row }) => row === one)?.key).toBe(before);
    expect(new Set(after.map(({ key }) => key)).size).toBe(3);
  });
});

describe('the log as it is written', () => {
  function opened() {
    const written: LogLine[] = [];
    const admin = new FakeAdmin({
      'log.tail': ({ lines, text }) => written.filter(({ message }) => message.includes(text ?? '')).slice(-lines),
    });
    const write = (message: string, level: LogLine['level'] = 'info') => {
      const line = { at: Date.now(), level, message, fields: {} };
      written.push(line);
      admin.emit({ event: 'log.line', line });
    };
    const view = new LogView(admin);
    const shown = () => {
      flushSync();
      return view.lines?.map(({ message }) => message);
    };
    return { admin, view, write, shown, stop: view.open() };
  }
  const later = () => vi.advanceTimersByTimeAsync(2 * windowLimits.refreshGap);

  it('shows no more lines than its bound, the newest first, however many are written', async () => {
    const { write, shown, stop } = opened();
    for (let line = 0; line < 3 * windowLimits.logLines; line++) write(`line ${line}`);
    await later();
    expect(shown()).toHaveLength(windowLimits.logLines);
    expect(shown()?.[0]).toBe(`line ${3 * windowLimits.logLines - 1}`);
    stop();
  });

  it('stands still while it is paused, and shows what came meanwhile afterwards', async () => {
    const { view, write, shown, stop } = opened();
    write('before');
    await later();
    view.pause(true);
    write('meanwhile');
    await vi.advanceTimersByTimeAsync(2 * windowLimits.idleRefresh);
    expect(shown()).toEqual(['before']);
    view.pause(false);
    await later();
    expect(shown()).toEqual(['meanwhile', 'before']);
    stop();
  });

  it('does not bring back what was cleared away, and goes on with what comes', async () => {
    const { view, write, shown, stop } = opened();
    write('old');
    await later();
    view.clear();
    expect(shown()).toEqual([]);
    view.level = 'debug';
    write('new');
    await later();
    expect(shown()).toEqual(['new']);
    stop();
  });

  it('asks for what was typed once, after the last key', async () => {
    const { admin, view, write, shown, stop } = opened();
    write('login of karen');
    write('login of bob');
    await later();
    const asked = admin.sentArgs('log.tail').length;
    for (const text of ['k', 'ka', 'karen']) view.text = text;
    await vi.advanceTimersByTimeAsync(windowLimits.typingPause);
    expect(admin.sentArgs('log.tail').slice(asked)).toEqual([
      { lines: windowLimits.logLines, level: 'info', text: 'karen' },
    ]);
    expect(shown()).toEqual(['login of karen']);
    stop();
  });

  it('does not ask for lines that the level leaves out: asking may itself write one', async () => {
    const { admin, write, stop } = opened();
    await later();
    const asked = admin.sent.length;
    write('for developers', 'debug');
    await later();
    expect(admin.sent).toHaveLength(asked);
    stop();
  });

  it('says why there is nothing to see', async () => {
    const admin = new FakeAdmin({
      'log.tail': () => {
        throw new CallFails('internal', 'a bug of ours, reference 7');
      },
    });
    const view = new LogView(admin);
    const stop = view.open();
    await later();
    expect(view.error).toBe('a bug of ours, reference 7');
    stop();
  });

  it('leaves no timer behind when the page is left while somebody types', () => {
    const { admin, view, stop } = opened();
    view.text = 'k';
    stop();
    expect([admin.listeners, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('copies lines oldest first, each on one line', () => {
    const line = (at: number, message: string) => ({
      at,
      level: 'warn' as const,
      message,
      fields: { user: 'karen', n: 2 },
    });
    expect(linesText([line(1_000, 'second'), line(0, 'first')])).toBe(
      '1970-01-01T00:00:00.000Z WARN first user=karen n=2\n1970-01-01T00:00:01.000Z WARN second user=karen n=2',
    );
  });
});

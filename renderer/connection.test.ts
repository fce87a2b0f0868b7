import { describe, expect, it, vi } from 'vitest';
import type { AdminApi } from '../core/admin/contract.ts';
import { Connection } from './connection.svelte.ts';

describe('the watched connection', () => {
  it('says that the server is gone, and has every page read anew when it is back: it would show old lists for good', async () => {
    let reachable = true;
    const call = async () =>
      reachable ? { ok: true, value: {} } : { ok: false, error: { code: 'refused', message: 'Start the server.' } };
    const connection = new Connection({ call, onEvent: () => () => undefined } as unknown as AdminApi);
    const listener = vi.fn();
    const stop = connection.onEvent(listener);
    await connection.look();
    expect([connection.problem, listener.mock.calls.length]).toEqual([undefined, 0]);
    reachable = false;
    await connection.look();
    expect(connection.problem).toBe('Start the server.');
    reachable = true;
    await connection.look();
    expect(connection.problem).toBeUndefined();
    const told = listener.mock.calls.map(([{ event }]) => event);
    expect(told).toEqual(expect.arrayContaining(['users.changed', 'settings.changed', 'jobs.changed']));
    stop();
    listener.mockClear();
    reachable = false;
    await connection.look();
    reachable = true;
    await connection.look();
    expect(listener).not.toHaveBeenCalled();
  });
});

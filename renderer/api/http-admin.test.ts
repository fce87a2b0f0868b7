import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AdminEvent } from '../../core/admin/contract.ts';
import { windowLimits } from '../limits.ts';
import { HttpAdmin } from './http-admin.ts';

const asked: string[] = [];
let answers: (Response | Error)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    const answer = answers.shift() ?? new Error('the server is off');
    if (answer instanceof Error) throw answer;
    return answer;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const stream = (...pieces: string[]) =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
        controller.close();
      },
    }),
  );

it('hears events again after the server was off, whole even when they come in pieces', async () => {
  const heard: AdminEvent[] = [];
  answers = [
    stream(': connected\n\ndata: {"event":"sessions', '.changed"}\n', '\n'),
    new Error('off'),
    stream('data: {"event":"sessions.changed"}\n\n'),
  ];
  const stop = new HttpAdmin('http://127.0.0.1:8143', 'token').onEvent((event) => heard.push(event));
  await vi.advanceTimersByTimeAsync(3 * windowLimits.reconnect);
  expect(heard).toEqual([{ event: 'sessions.changed' }, { event: 'sessions.changed' }]);
  stop();
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(5 * windowLimits.reconnect);
  expect(asked.length).toBeLessThanOrEqual(before + 1);
});

it('asks no more with a token that has ended: windows left open must not use up what strangers may ask', async () => {
  answers = [new Response('{}', { status: 401 })];
  new HttpAdmin('http://127.0.0.1:8143', 'old').onEvent(() => {});
  await vi.advanceTimersByTimeAsync(20 * windowLimits.reconnect);
  expect(asked).toEqual(['http://127.0.0.1:8143/api/v1/events']);
});

it('says in words that the server does not answer', async () => {
  const result = await new HttpAdmin('http://127.0.0.1:8143', 'token').call('server.info', {});
  expect(result).toMatchObject({ ok: false, error: { message: expect.stringContaining('does not answer') } });
});

it('listens once for all pages: a browser has six connections, and streams would leave none for calls', async () => {
  answers = [stream('data: {"event":"users.changed"}\n\n')];
  const admin = new HttpAdmin('http://127.0.0.1:8143', 'token');
  let heard = 0;
  const stops = Array.from({ length: 10 }, () => admin.onEvent(() => heard++));
  await vi.advanceTimersByTimeAsync(1);
  expect([asked.length, heard]).toEqual([1, 10]);
  for (const stop of stops) stop();
  await vi.advanceTimersByTimeAsync(5 * windowLimits.reconnect);
  expect(asked).toHaveLength(1);
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AdminEvent } from '../../core/admin/contract.ts';
import { windowLimits } from '../limits.ts';
import { HttpAdmin } from './http-admin.ts';

const asked: string[] = [];
const tokens: string[] = [];
let answers: (Response | Error)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  vi.stubGlobal('fetch', async (url: string, { headers }: { headers: { authorization: string } }) => {
    asked.push(url);
    tokens.push(headers.authorization);
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

const stranger = () => Response.json({ ok: false, error: { code: 'refused', message: 'log in' } }, { status: 401 });

it('asks no more with a token that has ended: windows left open must not use up what strangers may ask', async () => {
  answers = [stranger(), stranger()];
  const told = vi.fn();
  const admin = new HttpAdmin('http://127.0.0.1:8143', 'old', told);
  admin.onEvent(() => {});
  await vi.advanceTimersByTimeAsync(20 * windowLimits.reconnect);
  expect(asked).toEqual(['http://127.0.0.1:8143/api/v1/events']);
  for (let times = 0; times < 3; times++) {
    expect(await admin.call('users.list', {})).toMatchObject({ ok: false, error: { message: 'log in' } });
  }
  expect(asked).toHaveLength(2);
  expect(told).toHaveBeenCalledTimes(1);
});

it('asks and listens again once somebody has logged in, with the token of the login', async () => {
  const heard: AdminEvent[] = [];
  answers = [stranger(), stranger(), Response.json({ ok: true, value: { token: 'given' } })];
  const admin = new HttpAdmin('https://mail.example.org', '');
  admin.onEvent((event) => heard.push(event));
  await admin.call('users.list', {});
  answers.push(stream('data: {"event":"users.changed"}\n\n'), Response.json({ ok: true, value: [] }));
  expect(await admin.logIn('secret')).toMatchObject({ ok: true });
  expect(await admin.call('users.list', {})).toEqual({ ok: true, value: [] });
  expect(heard).toEqual([{ event: 'users.changed' }]);
  expect(tokens.slice(-2)).toEqual(['Bearer given', 'Bearer given']);
});

it('minds no late refusal of a token that is another by now: who has just logged in would be asked again', async () => {
  let refuse: (response: Response) => void = () => {};
  vi.stubGlobal(
    'fetch',
    vi
      .fn()
      .mockImplementationOnce(() => new Promise((resolve) => (refuse = resolve)))
      .mockImplementation(async () => Response.json({ ok: true, value: [] })),
  );
  const told = vi.fn();
  const admin = new HttpAdmin('https://mail.example.org', 'old', told);
  const asked = admin.call('users.list', {});
  admin.use('new');
  refuse(stranger());
  expect(await asked).toMatchObject({ ok: false });
  expect(await admin.call('users.list', {})).toMatchObject({ ok: true });
  expect(told).not.toHaveBeenCalled();
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

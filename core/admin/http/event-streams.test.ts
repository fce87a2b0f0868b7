import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { adminLimits } from '../../base/limits.ts';
import type { AdminApi, AdminEvent } from '../contract.ts';
import { EventStreams } from './event-streams.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Caller } from './tokens.ts';

class FakeResponse extends EventEmitter {
  written = '';
  destroyed = false;
  writableLength = 0;
  writeHead(): void {}
  write(text: string): void {
    this.written += text;
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

let streams: EventStreams;
let tell: (event: AdminEvent) => void;
let valid: boolean;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  valid = true;
  const admin: AdminApi = {
    call: () => Promise.reject(new Error('nobody calls')),
    onEvent(listener) {
      tell = listener;
      return () => {};
    },
  };
  streams = new EventStreams(admin);
  onTestFinished(() => {
    streams.close();
    vi.useRealTimers();
  });
});

function opened(): FakeResponse {
  const response = new FakeResponse();
  const caller: Caller = { calls: new TokenBucket(1, 1, () => 0), isValid: () => valid };
  expect(streams.add(response as unknown as ServerResponse, caller)).toBe(true);
  return response;
}

describe('a stream of events', () => {
  it('begins at once, gives every event a line, and shows in silence that the server is there', () => {
    const response = opened();
    expect(response.written).toBe(': connected\n\n');
    tell({ event: 'users.changed' });
    vi.advanceTimersByTime(adminLimits.streamHeartbeat);
    expect(response.written).toBe(': connected\n\ndata: {"event":"users.changed"}\n\n: still here\n\n');
  });

  it('ends when its token is valid no longer, before it tells anything more', () => {
    const response = opened();
    valid = false;
    tell({ event: 'users.changed' });
    expect(response.destroyed).toBe(true);
    expect(response.written).toBe(': connected\n\n');
    expect(streams.count).toBe(0);
  });

  it('ends in silence too when the token does, or when nobody reads', () => {
    const [first, second] = [opened(), opened()];
    second.writableLength = adminLimits.streamBuffer + 1;
    vi.advanceTimersByTime(adminLimits.streamHeartbeat);
    expect([first.destroyed, second.destroyed]).toEqual([false, true]);
    valid = false;
    vi.advanceTimersByTime(adminLimits.streamHeartbeat);
    expect(first.destroyed).toBe(true);
  });
});

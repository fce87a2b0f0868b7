import { Writable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectionLimits } from '../../base/limits.ts';
import { Outlet } from './outlet.ts';

/** Takes everything at once. */
class Client extends Writable {
  got = Buffer.alloc(0);
  override _write(octets: Buffer, _: string, done: () => void): void {
    this.got = Buffer.concat([this.got, octets]);
    done();
  }
}

let rate = 0;
let client: Client;
let outlet: Outlet;
let drained = 0;

beforeEach(() => {
  vi.useFakeTimers();
  rate = 0;
  drained = 0;
  client = new Client();
  outlet = new Outlet(client, () => drained++, { rate: () => rate, uptime: () => performance.now() });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the way out of a session', () => {
  it('sends at the rate that is set, steadily, and never a flood after a silence', async () => {
    rate = 100_000;
    await vi.advanceTimersByTimeAsync(60_000);
    outlet.write(Buffer.alloc(1_000_000, 'x'));
    const before = client.got.length;
    expect(before).toBeLessThanOrEqual(rate / 10);
    for (let second = 1; second <= 9; second++) {
      await vi.advanceTimersByTimeAsync(500);
      expect(client.got.length - before).toBeGreaterThan(rate * (second - 0.6));
      await vi.advanceTimersByTimeAsync(500);
      expect(client.got.length - before).toBeLessThanOrEqual(rate * second);
    }
    await vi.advanceTimersByTimeAsync(2_000);
    expect(client.got.length).toBe(1_000_000);
    expect(outlet.pending).toBe(0);
  });

  it('sends everything once and in order, whatever rates are set meanwhile', async () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ text: fc.string({ minLength: 1, maxLength: 300, unit: 'binary-ascii' }) }),
        fc.record({ rate: fc.constantFrom(0, 1, 700, 5_000, 1_000_000) }),
        fc.record({ pass: fc.nat(400) }),
      ),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        client = new Client();
        outlet = new Outlet(client, () => {}, { rate: () => rate, uptime: () => performance.now() });
        let expected = '';
        for (const step of all) {
          if ('rate' in step) rate = step.rate;
          else if ('pass' in step) await vi.advanceTimersByTimeAsync(step.pass);
          else {
            expected += step.text;
            outlet.write(step.text.length % 2 === 0 ? step.text : Buffer.from(step.text, 'latin1'));
          }
          expect(client.got.length + outlet.pending).toBe(expected.length);
        }
        rate = 0;
        await vi.advanceTimersByTimeAsync(connectionLimits.paceStep);
        expect(client.got.toString('latin1')).toBe(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('lets go of memory only when the last octet of it was taken', async () => {
    rate = 1_000;
    const taken = vi.fn();
    outlet.write(Buffer.alloc(1_000), taken);
    await vi.advanceTimersByTimeAsync(800);
    expect(taken).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(400);
    expect(taken).toHaveBeenCalledOnce();
  });

  it('says when there is room for more, which is soon when the rate is low: commands must not run far ahead', async () => {
    rate = 10_000;
    expect(outlet.limit).toBe(10_000);
    outlet.write(Buffer.alloc(50_000));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(drained).toBe(0);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(drained).toBeGreaterThan(0);
    expect(outlet.pending).toBeGreaterThan(0);
  });

  it('sends at once what waits when the rate is lifted, when the session ends and before TLS begins', async () => {
    for (const end of [() => outlet.hurry(), () => outlet.moveTo(new Client())]) {
      rate = 10;
      client = new Client();
      outlet = new Outlet(client, () => {}, { rate: () => rate, uptime: () => performance.now() });
      outlet.write('a line\r\n'.repeat(10));
      end();
      expect(client.got.toString()).toBe('a line\r\n'.repeat(10));
    }
    outlet.write('x'.repeat(100));
    rate = 0;
    await vi.advanceTimersByTimeAsync(connectionLimits.paceStep);
    expect(outlet.pending).toBe(0);
  });

  it('leaves no timer behind when the connection has gone', () => {
    rate = 10;
    outlet.write('x'.repeat(1_000));
    outlet.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(outlet.pending).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { connectionLimits } from '../../base/limits.ts';
import { keyOf } from '../access/unacknowledged.ts';
import { type Suspect, VanishedPeers } from './vanished-peers.ts';

const second = 1_000;
const minute = 60 * second;

class Client implements Suspect {
  readonly ends: { localPort: number; remoteAddress: string; remotePort: number };
  lastActivity = 0;
  cutAt: number | undefined;

  constructor(remotePort: number) {
    this.ends = { localPort: 143, remoteAddress: '192.0.2.1', remotePort };
  }

  destroy(): void {
    this.cutAt = now;
  }
}

let now = 0;

/** What the system says of a client that acknowledges nothing since so long: the waits double, the first is 1 s. */
function repeated({ ends }: Client, since: number): [string, number][] {
  const times = Math.floor(Math.log2(Math.max(1, since / second + 1)));
  return times > 0 ? [[keyOf(ends), times]] : [];
}

/** Lets seconds pass, each with a look; `repeats` says whose acknowledgement is missing. */
async function pass(seconds: number, peers: VanishedPeers, clients: readonly Client[]): Promise<void> {
  for (let passed = 0; passed < seconds; passed++) {
    now += second;
    const there = clients.filter(({ cutAt }) => cutAt === undefined);
    await peers.look(there, now);
  }
}

describe('a client that has vanished', () => {
  it('is cut in time for its slot to be free within three minutes, whenever the last was sent to it', async () => {
    for (let sentAfter = 0; sentAfter <= 70; sentAfter += 7) {
      now = 0;
      const client = new Client(50_000);
      const from = sentAfter * second;
      const peers = new VanishedPeers(async () => new Map(repeated(client, now - from)));
      await pass(300, peers, [client]);
      expect(client.cutAt).toBeLessThan(3 * minute);
      expect(client.cutAt! - from).toBeGreaterThanOrEqual(connectionLimits.vanished);
    }
  });

  it('is not one who is only slow: whoever acknowledges in between, or sends something, stays', async () => {
    now = 0;
    const [slow, alive, gone] = [new Client(1), new Client(2), new Client(3)];
    const peers = new VanishedPeers(async () => {
      // It loses much: whenever it is looked at, something is just being repeated, but not the same as before.
      const times = 1 + (Math.floor(now / (15 * second)) % 3);
      return new Map([[keyOf(slow.ends), times], ...repeated(alive, now), ...repeated(gone, now)]);
    });
    for (let round = 0; round < 100; round++) {
      await pass(10, peers, [slow, alive, gone]);
      alive.lastActivity = now;
    }
    expect([slow.cutAt, alive.cutAt]).toEqual([undefined, undefined]);
    expect(gone.cutAt).toBeDefined();
  });

  it('costs nothing to look for while everybody talks, and little otherwise', async () => {
    now = 0;
    let reads = 0;
    const peers = new VanishedPeers(async () => {
      reads++;
      return new Map();
    });
    const client = new Client(1);
    for (let passed = 0; passed < 600; passed++) {
      client.lastActivity = now;
      await pass(1, peers, [client]);
    }
    expect(reads).toBe(0);
    await pass(600, peers, [client]);
    expect(reads).toBeLessThanOrEqual((600 * second) / connectionLimits.vanishedLook);
  });
});

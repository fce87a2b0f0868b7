import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { ClientProcess } from '../client/client-process.ts';
import { PASSWORD, type ProcessStyle, USERS } from '../servers/server.ts';
import type { BystanderOrder, HeldUp, Sample, Watched } from './bystander.ts';
import type { CrowdOrder, Wave } from './crowd.ts';
import { machineTime } from './machine-time.ts';

/** The users who work while the storm blows. The storm is the first of the bench's own users. */
export const BYSTANDERS: readonly string[] = Array.from({ length: 10 }, (_, i) => `worker${i}`);
/** Messages in everybody's INBOX. */
export const MESSAGES = 200;
/** Milliseconds: between a bystander's commands, … */
const PAUSE = 10;
/** … of work that is not counted, until the server's code and caches are warm, … */
const WARM_UP = 2_000;
/** … of work before the storm, … */
const BEFORE = 3_000;
/** … and that the connections of a wave are spread over. */
export const SPREAD = 1_000;
const WAVES = 2;
/** Bystanders measure and use little: they must not wait for the processor that the storm's own clients use. */
const MEASURING = -10;

/** What one storm is. */
export interface StormCase {
  readonly style: ProcessStyle;
  readonly connections: number;
  /** How often one user may be logged in at once; 0 = without limit. */
  readonly limit: number;
}

/** What one storm did. */
export interface Round {
  /** What the bystanders did before it. */
  readonly before: readonly Sample[];
  readonly waves: readonly (Wave & { readonly during: readonly Sample[]; readonly held: readonly HeldUp[] })[];
  /** The bystanders' process had the priority it should have. */
  readonly prioritized: boolean;
}

/**
 * One storm on a server that has just been started: the user of the storm has not been there since, so his password is
 * not known to be right and his mail is not open.
 */
export async function runRound(bench: Bench, { style, connections, limit }: StormCase): Promise<Round> {
  await bench.restart({ style, loginsPerUser: limit });
  const { port } = bench.server;
  const bystanders = new ClientProcess<BystanderOrder, Watched>(join(import.meta.dirname, 'bystander-process.ts'), {
    port,
    users: BYSTANDERS,
    password: PASSWORD,
    messages: MESSAGES,
    pause: PAUSE,
  });
  const crowd = new ClientProcess<CrowdOrder, Wave[]>(join(import.meta.dirname, 'crowd-process.ts'), {
    port,
    user: USERS[0],
    password: PASSWORD,
    connections,
    spread: SPREAD,
    waves: WAVES,
  });
  try {
    const prioritized = bystanders.prioritize(MEASURING);
    await Promise.all([bystanders.ready, crowd.ready]);
    return { ...(await blow(bystanders, crowd)), prioritized };
  } finally {
    bystanders.kill();
    crowd.kill();
  }
}

async function blow(
  bystanders: ClientProcess<BystanderOrder, Watched>,
  crowd: ClientProcess<CrowdOrder, Wave[]>,
): Promise<Omit<Round, 'prioritized'>> {
  bystanders.go();
  await Promise.race([sleep(WARM_UP), bystanders.result]);
  const from = machineTime();
  await Promise.race([sleep(BEFORE), bystanders.result]);
  const to = machineTime();
  crowd.go();
  const waves = await Promise.race([crowd.result, bystanders.result.then(() => crowd.result)]);
  bystanders.go();
  const { samples, held } = await bystanders.result;
  return {
    before: within(samples, from, to),
    waves: waves.map((wave) => ({
      ...wave,
      during: within(samples, wave.began, wave.ended),
      held: within(held, wave.began, wave.ended),
    })),
  };
}

/** What was under way at any moment between the two. */
function within<Event extends HeldUp>(events: readonly Event[], began: number, ended: number): Event[] {
  return events.filter(({ start, time }) => start < ended && start + time > began);
}

import { Refused } from '../base/errors.ts';

export interface FairQueueLimits {
  /** Jobs at once. */
  readonly running: number;
  /** Jobs waiting in one lane of one source. */
  readonly waitingPerLane: number;
  /** Jobs waiting in all. */
  readonly waiting: number;
}

interface Job {
  readonly run: () => Promise<void>;
  readonly refuse: () => void;
}

/**
 * Runs jobs a few at a time. Sources (addresses) take turns, and within a source its lanes (users) take turns, so that
 * a storm waits behind itself: neither one user's nor one address's can keep the others waiting for more than a turn.
 * When too many wait, the source that has most of them is refused, not whoever comes next.
 */
export class FairQueue {
  readonly #limits: FairQueueLimits;
  /** Source, lane, jobs. A map's order is the order of turns: who had one goes to the end. None of the levels is empty. */
  readonly #sources = new Map<string, Map<string, Job[]>>();
  #running = 0;
  #waiting = 0;

  constructor(limits: FairQueueLimits) {
    this.#limits = limits;
  }

  /** What the job gives. @throws Refused UNAVAILABLE when too many wait. */
  run<Result>(source: string, lane: string, job: () => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const refuse = () => reject(new Refused('UNAVAILABLE', 'Too many logins at this moment; try again in a minute'));
      if (!this.#hasRoom(source, lane)) return refuse();
      this.#enqueue(source, lane, { run: () => job().then(resolve, reject), refuse });
      this.#start();
    });
  }

  #hasRoom(source: string, lane: string): boolean {
    if ((this.#sources.get(source)?.get(lane)?.length ?? 0) >= this.#limits.waitingPerLane) return false;
    if (this.#waiting < this.#limits.waiting) return true;
    const longest = this.#longestSource();
    if (longest === undefined || longest === source) return false;
    if (this.#waitingOf(longest) <= this.#waitingOf(source) + 1) return false;
    this.#refuseOneOf(longest);
    return true;
  }

  #enqueue(source: string, lane: string, job: Job): void {
    const lanes = this.#sources.get(source) ?? new Map<string, Job[]>();
    const jobs = lanes.get(lane) ?? [];
    jobs.push(job);
    lanes.set(lane, jobs);
    this.#sources.set(source, lanes);
    this.#waiting += 1;
  }

  #start(): void {
    while (this.#running < this.#limits.running && this.#waiting > 0) {
      this.#running += 1;
      void this.#next()
        .run()
        .finally(() => {
          this.#running -= 1;
          this.#start();
        });
    }
  }

  /** The first job of the first lane of the first source; lane and source go to the end. */
  #next(): Job {
    const [source, lanes] = firstOf(this.#sources);
    const [lane, jobs] = firstOf(lanes);
    const job = jobs.shift()!;
    this.#waiting -= 1;
    lanes.delete(lane);
    if (jobs.length > 0) lanes.set(lane, jobs);
    this.#sources.delete(source);
    if (lanes.size > 0) this.#sources.set(source, lanes);
    return job;
  }

  /** The newest job of the source's longest lane: the oldest have waited long for their turn. */
  #refuseOneOf(source: string): void {
    const lanes = this.#sources.get(source)!;
    const [lane, jobs] = [...lanes].reduce((longest, other) => (other[1].length > longest[1].length ? other : longest));
    jobs.pop()!.refuse();
    this.#waiting -= 1;
    if (jobs.length === 0) lanes.delete(lane);
    if (lanes.size === 0) this.#sources.delete(source);
  }

  #longestSource(): string | undefined {
    let longest: string | undefined;
    let most = 0;
    for (const source of this.#sources.keys()) {
      const waiting = this.#waitingOf(source);
      if (waiting > most) [longest, most] = [source, waiting];
    }
    return longest;
  }

  #waitingOf(source: string): number {
    let waiting = 0;
    for (const jobs of this.#sources.get(source)?.values() ?? []) waiting += jobs.length;
    return waiting;
  }
}

function firstOf<Key, Value>(map: ReadonlyMap<Key, Value>): [Key, Value] {
  for (const entry of map) return entry;
  throw new Error('the map is empty');
}

import { setTimeout as sleep } from 'node:timers/promises';
import { activityLimits } from './limits.ts';

/** Whether somebody waits for the server, for work that can wait itself: it goes by Pace. */
export class Activity {
  #waiting = 0;
  #since = Number.NEGATIVE_INFINITY;
  #answered = Number.NEGATIVE_INFINITY;

  /** Somebody waits, until they are answered. */
  begin(): void {
    if (this.#waiting++ === 0) this.#since = performance.now();
  }

  /** To be called once for each begin(). */
  end(): void {
    this.#waiting--;
    this.#answered = performance.now();
  }

  /** Since when somebody has waited, in milliseconds of performance.now(); undefined when nobody does. */
  get waitingSince(): number | undefined {
    return this.#waiting > 0 ? this.#since : undefined;
  }

  /** When the last one was answered. */
  get lastAnswer(): number {
    return this.#answered;
  }
}

export interface PaceTimes {
  /** While somebody waits: milliseconds before a piece is done all the same. */
  readonly patience: number;
  /** While somebody works: how many times as long as a piece took nothing is done. */
  readonly pause: number;
  /** Milliseconds after an answer in which the next command is near. */
  readonly recent: number;
}

/** When a piece of work was done, in milliseconds of performance.now(). */
interface Piece {
  readonly began: number;
  readonly ended: number;
}

/**
 * Work in the background of one kind, in pieces of some milliseconds: with pauses while somebody works, and hardly any of it
 * while somebody waits. It is done all the same when there is always somebody.
 */
export class Pace {
  readonly #activity: Activity;
  readonly #times: PaceTimes;
  #last: Piece = { began: 0, ended: 0 };
  #turns: Promise<unknown> = Promise.resolve();

  constructor(activity: Activity, times: PaceTimes) {
    this.#activity = activity;
    this.#times = times;
  }

  /** When the next piece may begin, in milliseconds of performance.now(), as things are now. */
  get next(): number {
    const { waitingSince, lastAnswer } = this.#activity;
    const { patience, pause, recent } = this.#times;
    const { began, ended } = this.#last;
    const afterPause = ended + (ended - began) * pause;
    if (waitingSince !== undefined) return Math.max(waitingSince + patience, ended + patience, afterPause);
    return performance.now() - lastAnswer < recent ? afterPause : ended;
  }

  /** Does a piece that may begin now. */
  async do<T>(piece: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await piece();
    } finally {
      this.#last = { began, ended: performance.now() };
    }
  }

  /** Does a piece when its turn comes. Rejects when that is given up before. */
  doInTurn<T>(piece: () => Promise<T>, givenUp: AbortSignal): Promise<T> {
    const done = this.#turns.then(async () => {
      await this.#untilNext(givenUp);
      return this.do(piece);
    });
    this.#turns = done.catch(() => {});
    return done;
  }

  async #untilNext(givenUp: AbortSignal): Promise<void> {
    for (;;) {
      givenUp.throwIfAborted();
      const wait = this.next - performance.now();
      if (wait <= 0) return;
      // Who is waited for may be answered sooner.
      await sleep(Math.min(wait, activityLimits.look), undefined, { ref: false, signal: givenUp });
    }
  }
}

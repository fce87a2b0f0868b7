import type { Writable } from 'node:stream';
import { systemUptime, type Uptime } from '../../base/clock.ts';
import { connectionLimits } from '../../base/limits.ts';

/** How fast a session is sent what it asked for. */
export interface Pace {
  /** Octets a second; 0 = as fast as the client takes it. Asked at every write, so a change holds at once. */
  readonly rate: () => number;
  readonly uptime: Uptime;
}

const unhurried: Pace = { rate: () => 0, uptime: systemUptime };

interface Piece {
  readonly octets: Uint8Array;
  /** Called when the operating system has taken all of it. */
  readonly taken: ((error?: Error | null) => void) | undefined;
}

/** The way to a client: straight into its socket, or in small steps where a rate is set. */
export class Outlet {
  readonly #pace: Pace;
  readonly #onDrain: () => void;
  #socket: Writable;
  /** What waits for its turn under the rate. */
  #queue: Piece[] = [];
  #queued = 0;
  #allowance = 0;
  #allowedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param onDrain called when there is room again */
  constructor(socket: Writable, onDrain: () => void, pace = unhurried) {
    this.#pace = pace;
    this.#onDrain = onDrain;
    this.#socket = socket;
    this.#watch(socket);
  }

  /** Octets that the operating system has not taken yet. */
  get pending(): number {
    return this.#queued + this.#socket.writableLength;
  }

  /** From so many pending octets on no more should be made: under a rate, what goes out within a second. */
  get limit(): number {
    const rate = this.#pace.rate();
    if (rate === 0) return connectionLimits.writeBuffer;
    return Math.min(connectionLimits.writeBuffer, Math.max(rate, connectionLimits.pacedBuffer));
  }

  /** Text is latin1. @param taken called when the operating system has taken it */
  write(octets: string | Uint8Array, taken?: (error?: Error | null) => void): void {
    if (this.#queued === 0 && this.#pace.rate() === 0) {
      this.#pass(octets, taken);
      return;
    }
    const piece = typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets;
    this.#queue.push({ octets: piece, taken });
    this.#queued += piece.length;
    if (this.#timer === undefined) this.#step();
  }

  /** Sends at once what waits: the connection ends, or goes on in another way. Less than a second's worth. */
  hurry(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { octets, taken } of this.#queue) this.#pass(octets, taken);
    this.#queue = [];
    this.#queued = 0;
  }

  moveTo(socket: Writable): void {
    this.hurry();
    this.#socket = socket;
    this.#watch(socket);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#queue = [];
    this.#queued = 0;
  }

  /** Sends what the rate allows by now, and comes back for the rest. */
  #step(): void {
    this.#timer = undefined;
    const rate = this.#pace.rate();
    if (rate === 0) {
      this.hurry();
    } else {
      this.#sendAllowed(rate);
      if (this.#queued > 0) this.#timer = setTimeout(() => this.#step(), connectionLimits.paceStep);
    }
    if (this.pending < this.limit) this.#onDrain();
  }

  #sendAllowed(rate: number): void {
    const now = this.#pace.uptime();
    // What was not used is not saved up, or a session that was quiet would be sent a flood; twice a step, because timers are late.
    const most = Math.max(1, (2 * rate * connectionLimits.paceStep) / 1000);
    this.#allowance = Math.min(most, this.#allowance + (rate * (now - this.#allowedAt)) / 1000);
    this.#allowedAt = now;
    while (this.#allowance >= 1 && this.#queue.length > 0) this.#sendFirst(Math.floor(this.#allowance));
  }

  /** As much of the first piece as is allowed. */
  #sendFirst(allowed: number): void {
    const { octets, taken } = this.#queue[0]!;
    const sent = Math.min(allowed, octets.length);
    this.#allowance -= sent;
    this.#queued -= sent;
    if (sent === octets.length) {
      this.#queue.shift();
      this.#pass(octets, taken);
    } else {
      this.#queue[0] = { octets: octets.subarray(sent), taken };
      this.#pass(octets.subarray(0, sent), undefined);
    }
  }

  #pass(octets: string | Uint8Array, taken: Piece['taken']): void {
    if (typeof octets === 'string') this.#socket.write(octets, 'latin1', taken);
    else this.#socket.write(octets, taken);
  }

  #watch(socket: Writable): void {
    socket.on('drain', () => {
      if (this.pending < this.limit) this.#onDrain();
    });
  }
}

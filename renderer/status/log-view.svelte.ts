import type { AdminApi, LogLine } from '../../core/admin/contract.ts';
import { windowLimits } from '../limits.ts';
import { LiveCall } from './live-call.svelte.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;

/**
 * The end of the log as it is written. An event only says that there is something new, and the tail is asked for again:
 * the server tells of a hundred lines a second and no more, so lines put together from events would have gaps.
 */
export class LogView {
  readonly #tail: LiveCall<'log.tail'>;
  #level = $state<LogLine['level']>('info');
  #text = $state('');
  /** What is shown while it is paused. */
  #held = $state.raw<readonly LogLine[] | undefined>(undefined);
  /** Lines up to this moment have been cleared away. */
  #cleared = $state(Number.NEGATIVE_INFINITY);
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(admin: AdminApi) {
    this.#tail = new LiveCall(admin, 'log.tail', {
      args: () => ({
        lines: windowLimits.logLines,
        level: this.#level,
        ...(this.#text.trim() !== '' && { text: this.#text.trim() }),
      }),
      asksAt: (event) => event.event === 'log.line' && !this.paused && this.#shows(event.line),
    });
  }

  /** Returns how to stop. */
  open(): () => void {
    const stop = this.#tail.open();
    return () => {
      clearTimeout(this.#typing);
      stop();
    };
  }

  /** The newest first; undefined until the first reply has come. */
  readonly lines = $derived.by(() => {
    const lines = this.#held ?? this.#tail.value;
    return lines?.filter(({ at }) => at > this.#cleared).toReversed();
  });

  get error(): string | undefined {
    return this.#tail.error;
  }

  get level(): LogLine['level'] {
    return this.#level;
  }

  set level(level: LogLine['level']) {
    this.#level = level;
    this.#askAnew();
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#text = text;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#askAnew(), windowLimits.typingPause);
  }

  get paused(): boolean {
    return this.#held !== undefined;
  }

  /** Or goes on, with all that came meanwhile. */
  pause(paused: boolean): void {
    this.#held = paused ? (this.#tail.value ?? []) : undefined;
    if (!paused) void this.#tail.load();
  }

  /** Takes what is shown out of the view; the log itself stays as it is. */
  clear(): void {
    this.#cleared = this.lines?.[0]?.at ?? this.#cleared;
  }

  /** Whoever filters wants to see what fits now. */
  #askAnew(): void {
    this.#held = undefined;
    void this.#tail.load();
  }

  #shows(line: LogLine): boolean {
    return levels.indexOf(line.level) >= levels.indexOf(this.#level);
  }
}

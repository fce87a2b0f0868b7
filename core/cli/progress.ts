import { Presets, SingleBar } from 'cli-progress';
import type { Job } from '../admin/contract.ts';
import type { Terminal } from './surroundings.ts';
import { printable } from './words.ts';

/** What people see while many messages go by: a bar with count and rate on a screen, a line at the end anywhere. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #title: string;
  readonly #began = performance.now();
  readonly #bar: SingleBar | undefined;
  #count = 0;

  /** @param title names what goes by. */
  constructor(terminal: Terminal, title: string) {
    this.#terminal = terminal;
    this.#title = printable(title); // a bar goes to the screen by a way of its own
    this.#bar = terminal.screen && barOn(terminal.screen);
    this.#bar?.start(1, 0, { title: this.#title, count: 0, rate: 0 });
  }

  show({ done, total, transferred, duplicates, leftOut }: Job): void {
    this.#count = transferred + duplicates + leftOut;
    this.#bar?.setTotal(Math.max(1, total ?? 1));
    this.#bar?.update(done, { count: this.#count, rate: this.#rate() });
  }

  end(): void {
    this.#bar?.stop();
    this.#terminal.err(`${this.#title}: ${this.#count} messages, ${this.#rate()}/s\n`);
  }

  #rate(): number {
    return Math.round(this.#count / Math.max(0.001, (performance.now() - this.#began) / 1000));
  }
}

function barOn(stream: NodeJS.WriteStream): SingleBar {
  const format = '{title} [{bar}] {percentage}%  {count} messages, {rate}/s';
  return new SingleBar({ stream, format, hideCursor: true, clearOnComplete: true, fps: 10 }, Presets.shades_classic);
}

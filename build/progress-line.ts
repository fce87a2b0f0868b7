import type { Terminal } from '../core/cli/surroundings.ts';
import type { FetchProgress } from './electron-fetch.ts';
import { fetchLimits } from './limits.ts';

const MB = 1_000_000;

/** How much of a download has come: one line that is rewritten on a screen, now and then a line anywhere else. */
export class ProgressLine {
  readonly #terminal: Pick<Terminal, 'err' | 'screen'>;
  readonly #title: string;
  #shown: string | undefined;
  #step = 0;

  /** @param title says what comes; it is shown at once */
  constructor(terminal: Pick<Terminal, 'err' | 'screen'>, title: string) {
    this.#terminal = terminal;
    this.#title = title;
    if (terminal.screen === undefined) terminal.err(`${title} …\n`);
    else this.#rewrite('…');
  }

  show(progress: FetchProgress): void {
    if (this.#terminal.screen !== undefined) this.#rewrite(amount(progress));
    else this.#addLine(progress);
  }

  /** Leaves the line as it is, for what is said next. */
  end(): void {
    if (this.#terminal.screen !== undefined) this.#terminal.err('\n');
  }

  #rewrite(text: string): void {
    if (text === this.#shown) return;
    this.#shown = text;
    this.#terminal.err(`\r${this.#title} ${text}\x1b[K`);
  }

  #addLine(progress: FetchProgress): void {
    const step = Math.floor(percent(progress) / fetchLimits.step);
    if (step <= this.#step) return;
    this.#step = step;
    this.#terminal.err(`${this.#title} ${amount(progress)}\n`);
  }
}

function percent({ transferred, total }: FetchProgress): number {
  return total === null || total === 0 ? 0 : Math.floor((100 * transferred) / total);
}

function amount(progress: FetchProgress): string {
  const { transferred, total } = progress;
  if (total === null) return `${Math.floor(transferred / MB)} MB`;
  return `${percent(progress)} % of ${Math.ceil(total / MB)} MB`;
}

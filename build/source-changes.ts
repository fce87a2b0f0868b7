import { type FSWatcher, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { buildLimits } from './limits.ts';

/** Tells of changes in files and folders, those that come together as one. */
export class SourceChanges {
  readonly #watchers: FSWatcher[];
  #timer: NodeJS.Timeout | undefined;
  #changed = Promise.withResolvers<void>();

  /** @param paths relative to the root */
  constructor(root: string, paths: readonly string[]) {
    const note = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#changed.resolve(), buildLimits.quiet);
    };
    this.#watchers = paths.map((path) => {
      const place = join(root, path);
      return watch(place, { recursive: statSync(place).isDirectory() }, note);
    });
  }

  /** Resolves after the next change, at once if there was one since the last call. */
  async next(): Promise<void> {
    await this.#changed.promise;
    this.#changed = Promise.withResolvers<void>();
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
  }
}

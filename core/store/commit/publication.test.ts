import { describe, expect, it } from 'vitest';
import { storeLimits } from '../../base/limits.ts';
import { silentLogger } from '../../base/logger.ts';
import { Publication } from './publication.ts';

/** So many turns of the microtask queue later. */
async function later(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await undefined;
}

describe('publication', () => {
  it('never forgets a change, however soon after another it comes: its session would wait for ever', async () => {
    const publication = new Publication(
      async () => {},
      silentLogger,
      () => {},
    );
    let published = 0;
    const add = () => publication.add(() => published++);
    for (let turns = 0; turns < 12; turns++) {
      const first = add();
      await first;
      await later(turns);
      await add();
    }
    // Changes that follow each other without waiting for their publication, at every distance.
    const all: Promise<void>[] = [];
    for (let turns = 0; turns < 24; turns++) {
      all.push(add());
      await later(turns);
    }
    await Promise.all(all);
    expect(published).toBe(48);
  });

  it('ends nobody but those who wait when a flush fails: one account must not take the process with it', async () => {
    let works = true;
    const flush = async () => {
      if (!works) throw new Error('EIO');
    };
    const publication = new Publication(flush, silentLogger, () => {});
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note).on('uncaughtException', note);
    try {
      // What comes while the flush fails, and what was to be flushed soon before and after it.
      publication.flushSoon();
      works = false;
      const failed = publication.add(() => {});
      publication.flushSoon();
      await expect(failed).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      publication.flushSoon();
      await expect(publication.flushNow()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await new Promise((resolve) => setTimeout(resolve, storeLimits.flagFlush + 20));
      await publication.close();
    } finally {
      process.off('unhandledRejection', note).off('uncaughtException', note);
    }
    expect(unhandled).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import { Publication } from './publication.ts';

/** So many turns of the microtask queue later. */
async function later(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await undefined;
}

describe('publication', () => {
  it('never forgets a change, however soon after another it comes: its session would wait for ever', async () => {
    const publication = new Publication(async () => {}, silentLogger);
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
});

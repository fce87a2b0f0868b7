import { describe, expect, it, onTestFinished } from 'vitest';
import { CHECKOUT_PROGRAM } from '../support/server-process.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { runCrashes } from './crash-run.ts';

describe('a server killed while clients write', () => {
  it('has all it answered OK, nothing that was expunged, and no number gone back', async () => {
    const dataDir = await makeTempFolder('crash');
    onTestFinished(() => removeFolder(dataDir));
    const plan = { seed: 20_250, rounds: 4, checkEvery: 4, holdEvery: 0, dataDir, program: CHECKOUT_PROGRAM };
    expect(await runCrashes({ ...plan, progress: () => {} })).toEqual([]);
  });
});

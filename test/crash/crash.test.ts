import { describe, expect, it, onTestFinished } from 'vitest';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { runCrashes } from './crash-run.ts';

describe('a server killed while clients write', () => {
  it('has all it answered OK, nothing that was expunged, and no number gone back', async () => {
    const dataDir = await makeTempFolder('crash');
    onTestFinished(() => removeFolder(dataDir));
    expect(await runCrashes({ seed: 20_250, rounds: 4, checkEvery: 4, dataDir, progress: () => {} })).toEqual([]);
  });
});

import { describe, expect, it, onTestFinished } from 'vitest';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { runFuzz } from './fuzz-run.ts';

describe('mutated sessions', () => {
  it('end no process, disturb no other user, meet no bug, and get every answer once', async () => {
    const dataDir = await makeTempFolder('fuzz');
    onTestFinished(() => removeFolder(dataDir));
    const sessions = 400;
    const result = await runFuzz({
      seed: 1,
      from: 0,
      more: (number) => number < sessions,
      dataDir,
      progress: () => {},
    });
    expect(result.failures).toEqual([]);
    expect(result.sessions).toBe(sessions);
    expect(result.reached, 'logged-in sessions, without which little was tried').toBeGreaterThan(
      result.withPrefix * 0.9,
    );
  });
});

import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { adminLimits } from '../base/limits.ts';
import type { Refusal } from '../base/refusal.ts';
import { noon, type TriedAdmin, tryAdmin } from './testing.ts';

let tried: TriedAdmin;

beforeEach(async () => {
  tried = await tryAdmin();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(async () => {
    vi.useRealTimers();
    await tried.close();
  });
});

const named = (event: string) => tried.backstage.events.filter((one) => one.event === event);

describe('events', () => {
  it('come from every source', async () => {
    const { sources, dependencies } = tried.backstage;
    const refusal = { at: noon, reason: 'userLimit' } as Refusal;
    await dependencies.directory.add('karen', 'a good secret');
    await dependencies.directory.addGroup('sales', []);
    sources.shares.tell();
    sources.service.tell();
    sources.lockOuts.tell();
    sources.certificate.tell();
    sources.refusals.tell(refusal);
    sources.quota.tell(dependencies.directory.find('karen')!.accountId, 90);
    sources.quota.tell('gone', 90);
    for (const what of ['users', 'groups', 'shares', 'services', 'lockouts', 'certificate']) {
      expect(named(`${what}.changed`), what).toEqual([{ event: `${what}.changed` }]);
    }
    expect(named('refusal')).toEqual([{ event: 'refusal', refusal }]);
    expect(named('quota.warning')).toEqual([{ event: 'quota.warning', user: 'karen', percent: 90 }]);
  });

  it('of a storm of sessions are a few: the first at once, the last one never left out', async () => {
    const { sessions } = tried.backstage.sources;
    for (let at = 0; at < 1_000; at++) sessions.tell();
    expect(named('sessions.changed')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(adminLimits.sessionEvents);
    expect(named('sessions.changed')).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(10 * adminLimits.sessionEvents);
    expect(named('sessions.changed')).toHaveLength(2);
    sessions.tell();
    expect(named('sessions.changed')).toHaveLength(3);
  });

  it('of a flood of log lines are bounded', () => {
    for (let at = 0; at < 1_000; at++) tried.backstage.dependencies.logger.info({ at }, 'line');
    expect(named('log.line')).toHaveLength(adminLimits.logEvents);
  });

  it('reach everybody though one listener throws, and nobody who has stopped listening', async () => {
    const heard: string[] = [];
    tried.admin.onEvent(() => {
      throw new Error('a window is gone');
    });
    const listener = ({ event }: { event: string }) => void heard.push(event);
    const stop = tried.admin.onEvent(listener);
    tried.backstage.sources.shares.tell();
    stop();
    tried.backstage.sources.shares.tell();
    expect(heard).toEqual(['shares.changed']);
    await tried.admin.close();
    tried.backstage.sources.shares.tell();
    expect(named('shares.changed')).toHaveLength(2);
  });
});

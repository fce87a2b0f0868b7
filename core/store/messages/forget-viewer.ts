import { Slice } from '../../base/slices.ts';
import type { AccountCore } from '../account-core.ts';

/** Deletes all that somebody has marked as seen in this account. What he has open at the moment shows it until then. */
export function forgetViewer(core: AccountCore, account: string): Promise<void> {
  return core.committer.durablyInSlices(async () => {
    const { viewers } = core.index;
    const slice = new Slice();
    for (const viewer of viewers.ofAccount(account)) {
      while (viewers.unmarkSome(viewer)) await slice.rest();
      viewers.delete(viewer);
    }
    return { value: undefined };
  });
}

import { LeastRecentlyUsed } from '../../../base/least-recently-used.ts';
import { searchLimits } from '../../../base/limits.ts';
import type { Pieces } from '../../../base/pieces.ts';
import type { IndexReply, IndexTask, TaskInput, TaskName, TaskResult } from '../search-tasks.ts';
import { CacheBudget } from './block-cache.ts';
import { indexMessage } from './indexed-message.ts';
import { scanAccount } from './scan.ts';
import { SearchedAccount } from './searched-account.ts';
import { SignatureMaker } from './signature.ts';

/** SearchTasks, those that may take long in pieces. While one is left alone the others may be done, close among them. */
export type TaskTable = {
  readonly [Name in TaskName]: (input: TaskInput<Name>) => TaskResult<Name> | Pieces<TaskResult<Name>>;
};

/** The tasks, with the accounts they keep open in between. */
export function createTasks(): TaskTable {
  const maker = new SignatureMaker();
  const budget = new CacheBudget(searchLimits.cache);
  const accounts = new LeastRecentlyUsed<SearchedAccount>(searchLimits.openAccounts, (account) => account.close());
  const account = (folder: string) => {
    const found = accounts.get(folder, () => new SearchedAccount(folder, maker, budget));
    for (const unused of accounts.names()) if (budget.spent && unused !== folder) accounts.drop(unused);
    return found;
  };
  const index = function* (task: IndexTask): Pieces<IndexReply> {
    const { left, large, rebuilt } = account(task.folder).index(task);
    if (!large) return { left, rebuilt };
    const message = yield* indexMessage(large.blob, large.bytes, maker);
    // It may have been closed in between.
    const added = account(task.folder).add(message);
    return added.rebuilt === undefined ? { left, rebuilt } : { left: 1, rebuilt: added.rebuilt };
  };
  return {
    open: ({ folder }) => account(folder).open(),
    find: (task) => account(task.folder).find(task),
    scan: scanAccount,
    index,
    close: ({ folder }) => accounts.drop(folder),
  };
}

/** @returns what it returns, or what is left to be done of it */
export function runTask(tasks: TaskTable, name: TaskName, input: unknown): unknown {
  return (tasks[name] as (task: unknown) => unknown)(input);
}

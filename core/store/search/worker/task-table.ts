import { LeastRecentlyUsed } from '../../../base/least-recently-used.ts';
import { searchLimits } from '../../../base/limits.ts';
import type { SearchTasks, TaskName } from '../search-tasks.ts';
import { CacheBudget } from './block-cache.ts';
import { SearchedAccount } from './searched-account.ts';
import { SignatureMaker } from './signature.ts';

/** The tasks, with the accounts they keep open in between. */
export function createTasks(): SearchTasks {
  const maker = new SignatureMaker();
  const budget = new CacheBudget(searchLimits.cache);
  const accounts = new LeastRecentlyUsed<SearchedAccount>(searchLimits.openAccounts, (account) => account.close());
  const account = (folder: string) => {
    const found = accounts.get(folder, () => new SearchedAccount(folder, maker, budget));
    for (const unused of accounts.names()) if (budget.spent && unused !== folder) accounts.drop(unused);
    return found;
  };
  return {
    open: ({ folder }) => account(folder).open(),
    find: (task) => account(task.folder).find(task),
    scan: (task) => account(task.folder).scan(task),
    index: (task) => account(task.folder).index(task),
    close: ({ folder }) => accounts.drop(folder),
  };
}

export function runTask(tasks: SearchTasks, name: TaskName, input: unknown): unknown {
  return (tasks[name] as (task: unknown) => unknown)(input);
}

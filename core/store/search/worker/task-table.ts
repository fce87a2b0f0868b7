import { searchLimits } from '../../../base/limits.ts';
import type { SearchTasks, TaskName } from '../search-tasks.ts';
import { CacheBudget } from './block-cache.ts';
import { SearchedAccount } from './searched-account.ts';
import { SignatureMaker } from './signature.ts';

/** The tasks, with the accounts they keep open in between. */
export function createTasks(): SearchTasks {
  const maker = new SignatureMaker();
  const budget = new CacheBudget(searchLimits.cache);
  /** The longest unused first. */
  const accounts = new Map<string, SearchedAccount>();
  const close = (folder: string) => {
    accounts.get(folder)?.close();
    accounts.delete(folder);
  };
  const account = (folder: string) => {
    const found = accounts.get(folder) ?? new SearchedAccount(folder, maker, budget);
    accounts.delete(folder);
    accounts.set(folder, found);
    while (accounts.size > searchLimits.openAccounts || (budget.spent && accounts.size > 1)) {
      close(accounts.keys().next().value!);
    }
    return found;
  };
  return {
    open: ({ folder }) => account(folder).open(),
    find: (task) => account(task.folder).find(task),
    scan: (task) => account(task.folder).scan(task),
    index: (task) => account(task.folder).index(task),
    close: ({ folder }) => close(folder),
  };
}

export function runTask(tasks: SearchTasks, name: TaskName, input: unknown): unknown {
  return (tasks[name] as (task: unknown) => unknown)(input);
}

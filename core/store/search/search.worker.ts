import { serveTasks } from '../threads/serve-tasks.ts';
import type { TaskName } from './search-tasks.ts';
import { createTasks, runTask } from './worker/task-table.ts';

const tasks = createTasks();
serveTasks((name, input) => runTask(tasks, name as TaskName, input));

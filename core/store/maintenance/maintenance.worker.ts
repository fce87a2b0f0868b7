import { serveTasks } from '../threads/serve-tasks.ts';
import { createTasks, runTask } from './task-table.ts';
import type { TaskName } from './tasks.ts';

const tasks = createTasks();
serveTasks((name, input) => runTask(tasks, name as TaskName, input));

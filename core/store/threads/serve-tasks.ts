import { parentPort, workerData } from 'node:worker_threads';
import { sliceLimits } from '../../base/limits.ts';
import { isPieces, type Pieces } from '../../base/pieces.ts';
import { NO_MORE, type TaskReply, type TaskRequest, type ThreadData } from './task-messages.ts';

interface Begun {
  readonly id: number;
  readonly work: Pieces<unknown>;
}

/**
 * The thread's side of a TaskThread: begins tasks in the order they come and answers each. Of those that are done in pieces
 * each gets a turn of some milliseconds after the other, and what comes meanwhile is begun before they go on.
 */
export function serveTasks(run: (name: string, input: unknown) => unknown): void {
  const now = (workerData as ThreadData | null)?.now;
  const begun: Begun[] = [];
  let ends = false;

  const answer = (id: number, task: () => unknown) => {
    if (now) now[0] = id;
    const result = reply(id, task);
    if (result.ok && isPieces(result.value)) return void later({ id, work: result.value });
    parentPort?.postMessage(result);
  };
  const later = (task: Begun) => {
    if (begun.push(task) === 1) setImmediate(turn);
  };
  const turn = () => {
    const { id, work } = begun[0]!;
    answer(id, () => someOf(work));
    begun.shift();
    if (begun.length > 0) setImmediate(turn);
    else if (ends) parentPort?.close();
  };

  parentPort?.on('message', (request: TaskRequest | typeof NO_MORE) => {
    if (request !== NO_MORE) return answer(request.id, () => run(request.name, request.input));
    ends = true;
    if (begun.length === 0) parentPort?.close();
  });
}

/** Its result, or itself when there is more to do. */
function someOf(work: Pieces<unknown>): unknown {
  const end = performance.now() + sliceLimits.ofThread;
  do {
    const { done, value } = work.next();
    if (done) return value;
  } while (performance.now() < end);
  return work;
}

function reply(id: number, task: () => unknown): TaskReply {
  try {
    return { id, ok: true, value: task() };
  } catch (error) {
    return { id, ok: false, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

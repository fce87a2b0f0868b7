/** What a thread is given when it starts. */
export interface ThreadData {
  /** Its first number is the id of the task it is at: of a thread that died nothing else would tell. */
  readonly now: Int32Array;
}

/** To a thread. */
export interface TaskRequest {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

/** To a thread: no more tasks come. It ends when it has done those that it has. */
export const NO_MORE = 'no more';

/** Back from it. */
export type TaskReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: Error };

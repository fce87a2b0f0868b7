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

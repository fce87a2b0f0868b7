import { z } from 'zod';
import type { AdminApi } from '../../core/admin/contract.ts';

/** What the computer does for the window. The window's own side of it is `renderer/api/connect.ts`. */
export interface AppCalls {
  startsWithComputer(): Promise<boolean>;
  setStartsWithComputer(starts: boolean): Promise<void>;
  /** Shows a folder of the data folder in the system's file manager. */
  showFolder(which: 'data' | 'logs'): Promise<void>;
}

/** What the preload script puts on the window. */
export interface Bridge extends AdminApi {
  readonly app: AppCalls;
}

/** The arguments of each; checked on the serving side. */
export const appCallArguments = {
  startsWithComputer: z.tuple([]),
  setStartsWithComputer: z.tuple([z.boolean()]),
  showFolder: z.tuple([z.enum(['data', 'logs'])]),
} as const satisfies Record<keyof AppCalls, z.ZodType>;

export type AppCallName = keyof typeof appCallArguments;

/** Like AdminResult: a thrown error would lose all but its message on the way. */
export type AppResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

export function isAppCallName(name: unknown): name is AppCallName {
  return typeof name === 'string' && Object.hasOwn(appCallArguments, name);
}

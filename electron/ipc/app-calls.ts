import { z } from 'zod';
import type { AppCalls } from '../../core/admin/app-calls.ts';

/** The arguments of each; checked on the serving side. */
export const appCallArguments = {
  startsWithComputer: z.tuple([]),
  setStartsWithComputer: z.tuple([z.boolean()]),
  showFolder: z.tuple([z.enum(['data', 'logs'])]),
  chooseMailSource: z.tuple([z.enum(['files', 'folder'])]),
  chooseExportTarget: z.tuple([z.string().max(255)]),
  updateState: z.tuple([]),
  lookForUpdate: z.tuple([]),
  installUpdate: z.tuple([]),
} as const satisfies Record<keyof AppCalls, z.ZodType>;

export type AppCallName = keyof typeof appCallArguments;

/** Like AdminResult: a thrown error would lose all but its message on the way. */
export type AppResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

export function isAppCallName(name: unknown): name is AppCallName {
  return typeof name === 'string' && Object.hasOwn(appCallArguments, name);
}

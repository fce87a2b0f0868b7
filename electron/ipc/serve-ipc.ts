import type { AppCalls } from '../../core/admin/app-calls.ts';
import type { AdminApi, AdminEvent, CallName } from '../../core/admin/contract.ts';
import { adminError } from '../../core/admin/failure.ts';
import { isCallName } from '../../core/admin/service.ts';
import { type AppResult, appCallArguments, isAppCallName } from './app-calls.ts';
import { channels } from './channels.ts';
import { isOwnPage, type SenderFrame } from './own-pages.ts';

/** The two members of Electron's ipcMain that are used. */
export interface IpcMain {
  handle(channel: string, listener: (event: IpcEvent, ...args: unknown[]) => unknown): void;
  removeHandler(channel: string): void;
}

export interface IpcEvent {
  readonly senderFrame: SenderFrame | null;
}

export interface IpcDependencies {
  readonly ipcMain: IpcMain;
  readonly windowUrl: string;
  readonly admin: AdminApi;
  readonly app: AppCalls;
  /** Tells the window, if there is one. */
  readonly send: (channel: string, event: AdminEvent) => void;
}

const NOT_OURS = 'Only the settings window may ask this';

/** Serves the administration and what the computer does to the window, and to nobody else. Returns how to stop. */
export function serveIpc({ ipcMain, windowUrl, admin, app, send }: IpcDependencies): () => void {
  const refuse = ({ senderFrame }: IpcEvent) => !isOwnPage(senderFrame, windowUrl);
  ipcMain.handle(channels.adminCall, async (event, name, args) => {
    if (refuse(event)) return { ok: false, error: adminError('refused', NOT_OURS) };
    if (typeof name !== 'string' || !isCallName(name)) {
      return { ok: false, error: adminError('invalid', 'There is no such call') };
    }
    return callAdmin(admin, name, args);
  });
  ipcMain.handle(channels.appCall, async (event, name, args): Promise<AppResult> => {
    if (refuse(event)) return { ok: false, message: NOT_OURS };
    return callApp(app, name, args);
  });
  const deaf = admin.onEvent((event) => send(channels.adminEvent, event));
  return () => {
    deaf();
    for (const channel of [channels.adminCall, channels.appCall]) ipcMain.removeHandler(channel);
  };
}

/** The arguments are checked by the contract's schemas in the engine, where all ways in meet. */
function callAdmin(admin: AdminApi, name: CallName, args: unknown) {
  return admin.call(name, args as never);
}

async function callApp(app: AppCalls, name: unknown, args: unknown): Promise<AppResult> {
  if (!isAppCallName(name)) return { ok: false, message: 'There is no such call' };
  const checked = appCallArguments[name].safeParse(args);
  if (!checked.success) return { ok: false, message: `${name}: the arguments are wrong` };
  try {
    const run = app[name] as (...args: unknown[]) => Promise<unknown>;
    return { ok: true, value: await run(...checked.data) };
  } catch (failure) {
    return { ok: false, message: failure instanceof Error ? failure.message : String(failure) };
  }
}

import type { Bridge } from '../../core/admin/app-calls.ts';
import type { AdminEvent, AdminResult } from '../../core/admin/contract.ts';
import type { AppCallName, AppResult } from '../ipc/app-calls.ts';
import { channels } from '../ipc/channels.ts';

/** The members of Electron's ipcRenderer that are used. */
export interface IpcRenderer {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  on(channel: string, listener: (event: unknown, told: AdminEvent) => void): unknown;
  off(channel: string, listener: (event: unknown, told: AdminEvent) => void): unknown;
}

/** The administration's contract and what the computer does, over Electron's IPC: all that a page can reach. */
export function createBridge(ipc: IpcRenderer): Bridge {
  return {
    call: (name, args) => ipc.invoke(channels.adminCall, name, args) as Promise<AdminResult<never>>,
    onEvent(listener) {
      // The event object has the sender, which is nothing for a page.
      const pass = (_event: unknown, told: AdminEvent) => listener(told);
      ipc.on(channels.adminEvent, pass);
      return () => void ipc.off(channels.adminEvent, pass);
    },
    app: {
      startsWithComputer: () => appCall(ipc, 'startsWithComputer'),
      setStartsWithComputer: (starts) => appCall(ipc, 'setStartsWithComputer', starts),
      showFolder: (which) => appCall(ipc, 'showFolder', which),
      chooseMailSource: (what) => appCall(ipc, 'chooseMailSource', what),
      chooseExportTarget: (suggestedName) => appCall(ipc, 'chooseExportTarget', suggestedName),
      updateState: () => appCall(ipc, 'updateState'),
      lookForUpdate: () => appCall(ipc, 'lookForUpdate'),
      installUpdate: () => appCall(ipc, 'installUpdate'),
    },
  };
}

/** Rejects with a message for people. */
async function appCall<Result>(ipc: IpcRenderer, name: AppCallName, ...args: unknown[]): Promise<Result> {
  const result = (await ipc.invoke(channels.appCall, name, args)) as AppResult;
  if (!result.ok) throw new Error(result.message);
  return result.value as Result;
}

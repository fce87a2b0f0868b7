import { access, constants } from 'node:fs/promises';
import type { AdminApi, AdminError, AdminEvent, ArgsOf, CallName, ResultOf } from '../admin/contract.ts';
import { accessFile } from '../admin/http/access-file.ts';
import { connectToServer, ServerDoesNotAnswer } from '../admin/http-client.ts';
import { UserError } from '../base/errors.ts';
import { commandLimits } from '../base/limits.ts';
import { DataFolderInUse, lockDataFolder } from '../store/data-lock.ts';
import { foreignFolder, needFolder } from './data-folder.ts';
import { remedyFor } from './remedies.ts';
import type { Surroundings } from './surroundings.ts';

/** The administration as commands use it, whether a server runs or not. */
export interface Administration {
  /** @throws UserError for what is refused. */
  call<Name extends CallName>(name: Name, args: ArgsOf<Name>): Promise<ResultOf<Name>>;
  /** Returns how to stop listening. */
  onEvent(listener: (event: AdminEvent) => void): () => void;
}

/**
 * look: settings, users, groups, access rules and the certificate are read, also while another command has the folder.
 * change: anything else. make: the same, on a folder that may be missing.
 */
export type Need = 'look' | 'change' | 'make';

/**
 * Runs a step through the server that has the data folder, or on its files when none runs: the one place that decides.
 * Two writers never meet, since the files are worked on under the lock that a server holds.
 * @param step runs again from its beginning when the server ends before it has heard a call, so it changes things by one
 *   call at most and prints when that is done
 * @throws UserError when neither way is open.
 */
export async function withAdministration<Result>(
  surroundings: Surroundings,
  folder: string,
  need: Need,
  step: (administration: Administration) => Promise<Result>,
): Promise<Result> {
  if (need !== 'make') await needFolder(folder);
  await needOwnFolder(folder);
  for (let tries = 1; ; tries++) {
    const outcome = (await throughServer(folder, step)) ?? (await onFiles(surroundings, folder, need, step));
    if ('result' in outcome) return outcome.result;
    // A server that starts or ends, or another command: none of them takes long.
    if (tries >= commandLimits.tries) throw outcome.inUse;
    await surroundings.pause(commandLimits.pause);
  }
}

/** Somebody has the folder: to be tried again for a while. */
interface Busy {
  readonly inUse: UserError;
}

interface Done<Result> {
  readonly result: Result;
}

/** Undefined: no server runs, or it ended before it had heard anything. @throws ServerDoesNotAnswer when it hangs */
async function throughServer<Result>(
  folder: string,
  step: (administration: Administration) => Promise<Result>,
): Promise<Done<Result> | Busy | undefined> {
  const client = await connectToServer(folder).catch((failure: unknown) => {
    if (failure instanceof ServerDoesNotAnswer && !failure.hangs) return failure;
    throw failure;
  });
  // The files beside a server that runs are never read: they may say something else by now. When nobody has the folder,
  // the server was killed, and somebody else has its port.
  if (client instanceof ServerDoesNotAnswer) return (await isInUse(folder)) ? { inUse: client } : undefined;
  if (client === undefined) return undefined;
  try {
    return { result: await step(callerOf(client)) };
  } catch (failure) {
    if (client.unheard) return undefined;
    throw failure;
  } finally {
    client.close();
  }
}

async function onFiles<Result>(
  surroundings: Surroundings,
  folder: string,
  need: Need,
  step: (administration: Administration) => Promise<Result>,
): Promise<Done<Result> | Busy> {
  const { openOfflineAdmin } = await import('./offline/offline-admin.ts'); // with it comes the whole mail store
  const lock = need === 'look' ? undefined : await lockUnlessInUse(folder);
  if (lock instanceof DataFolderInUse) return { inUse: lock };
  try {
    const offline = await openOfflineAdmin(surroundings, folder);
    try {
      return { result: await step(callerOf(offline)) };
    } finally {
      await offline.close();
    }
  } finally {
    lock?.release();
  }
}

/** Whether a server, or another command, has the folder. */
export async function isInUse(folder: string): Promise<boolean> {
  const lock = await lockUnlessInUse(folder);
  if (lock instanceof DataFolderInUse) return true;
  lock.release();
  return false;
}

async function lockUnlessInUse(folder: string) {
  try {
    return await lockDataFolder(folder);
  } catch (failure) {
    if (failure instanceof DataFolderInUse) return failure;
    throw failure;
  }
}

function callerOf(api: AdminApi): Administration {
  return {
    async call(name, args) {
      const answer = await api.call(name, args);
      if (answer.ok) return answer.value;
      throw new UserError(textOf(name, answer.error));
    },
    onEvent: (listener) => api.onEvent(listener),
  };
}

function textOf(name: CallName, error: AdminError): string {
  const remedy = remedyFor(name, error);
  return remedy === undefined ? error.message : `${error.message}: ${remedy}`;
}

/** @throws UserError when the token of the server that runs there, or may have run, is another user's. */
async function needOwnFolder(folder: string): Promise<void> {
  try {
    await access(accessFile(folder), constants.R_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') throw foreignFolder(folder);
  }
}

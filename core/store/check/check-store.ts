import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { type Logger, silentLogger } from '../../base/logger.ts';
import { type Random, systemRandom } from '../../base/random.ts';
import type { FileLayer } from '../files/file-layer.ts';
import { finishRemoval, removedAccounts } from '../files/removals.ts';
import { systemFiles } from '../files/system-files.ts';
import { SEGMENTS_FOLDER } from '../segments/segment-names.ts';
import { checkAccount } from './check-account.ts';

export interface CheckOptions {
  /** `<data>/mail`. The caller holds the lock of the data folder, and no store is open on it. */
  readonly folder: string;
  /** False: nothing is changed. */
  readonly repair: boolean;
  readonly clock: Clock;
  readonly random?: Random;
  readonly files?: FileLayer;
  readonly logger?: Logger;
  /** Called before each account. */
  readonly onAccount?: (accountId: string) => void;
}

/** Something that is not as it should be. */
export interface Finding {
  readonly accountId: string;
  /** What is wrong and where. */
  readonly what: string;
  /** What repair does (or did) about it, or why it does nothing. */
  readonly remedy: string;
  readonly state: 'repaired' | 'repairable' | 'left';
}

export interface CheckReport {
  readonly accounts: number;
  readonly messages: number;
  readonly findings: readonly Finding[];
}

/**
 * Verifies all mail: every checksum, that index and segments agree, that counters are sound. With `repair`, puts right
 * what can be; nothing is deleted that could still be read, and everything done is in the report.
 * @throws UserError when an index is of a newer version.
 */
export async function checkMailStore(options: CheckOptions): Promise<CheckReport> {
  const { repair, files = systemFiles, random = systemRandom, logger = silentLogger } = options;
  const findings: Finding[] = [];
  let messages = 0;
  const removed = await removedAccounts(options.folder, files);
  const accounts = (await accountsIn(options.folder, files)).filter((accountId) => !removed.includes(accountId));
  for (const accountId of accounts) {
    options.onAccount?.(accountId);
    const folder = join(options.folder, accountId);
    const checked = await checkAccount({ ...options, folder, files, random, logger });
    messages += checked.messages;
    for (const { what, remedy, repair: canRepair } of checked.problems) {
      findings.push({ accountId, what, remedy, state: canRepair ? (repair ? 'repaired' : 'repairable') : 'left' });
    }
  }
  for (const accountId of removed) findings.push(await removalOf(accountId, { ...options, files }));
  return { accounts: accounts.length, messages, findings };
}

async function accountsIn(folder: string, files: FileLayer): Promise<string[]> {
  const accounts: string[] = [];
  for (const name of await files.list(folder)) {
    const inside = await files.list(join(folder, name)).catch((): string[] => []);
    if (inside.includes(SEGMENTS_FOLDER)) accounts.push(name);
  }
  return accounts;
}

/** Mail that a user was promised is gone for good: it is never looked into, only removed. */
async function removalOf(
  accountId: string,
  { folder, files, repair }: CheckOptions & { readonly files: FileLayer },
): Promise<Finding> {
  const what = 'Mail of a removed user is still on the disk';
  const remedy = 'it is removed as soon as no other program has a file of it open';
  const gone =
    repair &&
    (await finishRemoval(folder, accountId, files).then(
      () => true,
      () => false,
    ));
  return { accountId, what, remedy, state: gone ? 'repaired' : repair ? 'left' : 'repairable' };
}

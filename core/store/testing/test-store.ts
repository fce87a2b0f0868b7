import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../base/logger.ts';
import type { CopyTarget, StoredAccount, StoredMailbox } from '../../mail/ports.ts';
import { type MailStoreOptions, openMailStore } from '../mail-store.ts';
import { MaintenanceInPlace } from '../maintenance/maintenance.ts';
import { SearchInPlace } from '../search/search-in-place.ts';

/** In memory where the system offers that: a test that simulates its disk, or opens a store 100 times, needs no real one. */
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A folder of its own for a test. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(PARENT, 'mailroom-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A clock that stands still, so that dates are the same in every run. */
export const testClock = { now: () => Date.UTC(2024, 0, 15, 12) };

/**
 * Opens a store without threads: a test of the store proper is quicker so. Flags of two messages are a bulk change, so that
 * tests with a handful of messages go both ways.
 */
export function openTestStore(folder: string, options: Partial<MailStoreOptions> = {}) {
  const inPlace = { maintenance: new MaintenanceInPlace(), search: new SearchInPlace() };
  return openMailStore({ folder, ...inPlace, bulkFlags: 2, clock: testClock, logger: silentLogger, ...options });
}

export function textMessage(text: string, flags: readonly string[] = []) {
  return { bytes: Buffer.from(`Subject: ${text}\r\n\r\n${text}`), flags };
}

export function select(account: StoredAccount, name: string, onChange = () => {}): Promise<StoredMailbox> {
  return account.select(name, { readOnly: false, onChange });
}

export function uidsIn({ state }: StoredMailbox): number[] {
  return Array.from(state.columns.uid.subarray(0, state.count));
}

/** Contents of all messages by UID, as latin1. */
export async function contentsOf(mailbox: StoredMailbox): Promise<Map<number, string | undefined>> {
  const { columns, count } = mailbox.state;
  const contents = await mailbox.contents({ columns, rows: Array.from({ length: count }, (_, row) => row) });
  return new Map(uidsIn(mailbox).map((uid, i) => [uid, contents[i] && Buffer.from(contents[i]).toString('latin1')]));
}

/** Contents of all mailboxes: what a test compares. */
export async function everything(account: StoredAccount): Promise<Record<string, Record<number, string | undefined>>> {
  const all: Record<string, Record<number, string | undefined>> = {};
  for (const { name } of account.mailboxes()) {
    const mailbox = await select(account, name);
    all[name] = Object.fromEntries(await contentsOf(mailbox));
    mailbox.close();
  }
  return all;
}

/** A target in the same account that keeps everything, as COPY and MOVE have it by default. */
export function into(name: string): CopyTarget {
  return { name, keepDateAndFlags: true };
}

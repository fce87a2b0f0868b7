import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Administrator } from '../admin/administrator.ts';
import { UserError } from '../base/errors.ts';
import { openToOthers } from '../base/open-to-others.ts';
import { systemRandom } from '../base/random.ts';
import { checkCertificate } from '../imap/access/certificate.ts';
import { AccessLists } from '../sharing/access-lists.ts';
import { type CheckReport, checkMailStore, type Finding } from '../store/check/check-store.ts';
import { type OpenData, withData } from './open-data.ts';
import type { Surroundings } from './surroundings.ts';

/** Verifies a data folder and says what it finds. @returns whether all is well now. @throws UserError */
export function checkData(folder: string, repair: boolean, surroundings: Surroundings): Promise<boolean> {
  return withData(surroundings, folder, (data) => check(data, repair, surroundings));
}

async function check(data: OpenData, repair: boolean, surroundings: Surroundings): Promise<boolean> {
  await data.settings(); // tells of what it cannot use
  const others = await openToOthers(data.folder);
  const problems = [...(others === undefined ? [] : [others]), ...(await unusableFiles(data.folder))];
  for (const problem of problems) surroundings.terminal.out(`${problem}\n`);
  const users = new Map((await data.directory()).list().map(({ accountId, name }) => [accountId, name]));
  const nameOf = (accountId: string) => users.get(accountId) ?? `the mail folder ${accountId}, which is no user's`;
  const folder = join(data.folder, 'mail');
  await mkdir(folder, { recursive: true, mode: 0o700 }); // a server that never started has none
  const report = await checkMailStore({ ...surroundings, logger: data.logger, folder, repair });
  for (const finding of report.findings)
    surroundings.terminal.out(`${nameOf(finding.accountId)}: ${textOf(finding)}\n`);
  surroundings.terminal.out(summary(report));
  return problems.length === 0 && report.findings.every(({ state }) => state === 'repaired');
}

/** What is wrong with the small files beside the mail. The server puts such a file aside and starts without it. */
async function unusableFiles(folder: string): Promise<string[]> {
  const opened = [
    AccessLists.open(join(folder, 'sharing.json')),
    Administrator.open(join(folder, 'administrator.json'), systemRandom),
    checkCertificate(join(folder, 'tls')),
  ];
  const outcomes = await Promise.allSettled(opened);
  return outcomes.flatMap((outcome) => {
    if (outcome.status === 'fulfilled') return [];
    if (!(outcome.reason instanceof UserError)) throw outcome.reason;
    return outcome.reason.message;
  });
}

function textOf({ what, remedy, state }: Finding): string {
  return state === 'repaired' ? `${what}. Repaired: ${remedy}` : `${what}. Remedy: ${remedy}`;
}

function summary({ accounts, messages, findings }: CheckReport): string {
  const count = (wanted: Finding['state']) => findings.filter(({ state }) => state === wanted).length;
  const states = `repaired ${count('repaired')}, repairable with --repair ${count('repairable')}, left ${count('left')}`;
  const outcome = findings.length === 0 ? 'nothing is wrong' : `findings ${findings.length}: ${states}`;
  return `checked accounts ${accounts}, messages ${messages}: ${outcome}\n`;
}

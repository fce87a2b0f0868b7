import type { AccountIndex } from '../index/account-index.ts';
import type { Problem } from './problem.ts';

const WITHOUT_MAILBOX = 'FROM viewer WHERE mailbox NOT IN (SELECT id FROM mailbox)';
const WITHOUT_MESSAGE = `FROM viewer_seen WHERE NOT EXISTS (
  SELECT 1 FROM viewer JOIN message ON message.mailbox = viewer.mailbox
  WHERE viewer.id = viewer_seen.viewer AND message.uid = viewer_seen.uid)`;
const BEYOND = `
  SELECT mailbox.id, mailbox.name, mailbox.uid_next, max(viewer_seen.modseq) FROM viewer
  JOIN viewer_seen ON viewer_seen.viewer = viewer.id JOIN mailbox ON mailbox.id = viewer.mailbox
  GROUP BY mailbox.id HAVING max(viewer_seen.modseq) > mailbox.highest_modseq`;

/** What others than the owner have marked as seen must belong to a mailbox and to messages that are there. */
export function checkViewers(index: AccountIndex): Problem[] {
  const { database } = index;
  const count = (rows: string) => Number(database.prepare(`SELECT count(*) ${rows}`).get()![0]);
  const problems: Problem[] = database
    .prepare(BEYOND)
    .all()
    .map(([id, name, uidNext, highest]) => ({
      what: `${name} has marks of what others have seen beyond its counters`,
      remedy: `HIGHESTMODSEQ becomes ${highest}`,
      repair: () =>
        index.mailboxes.advance(Number(id), { uidNext: Number(uidNext), highestModseq: Number(highest) }, 0),
    }));
  if (count(WITHOUT_MAILBOX) + count(WITHOUT_MESSAGE) > 0) {
    problems.push({
      what: 'Others have marked messages as seen that are not there',
      remedy: 'the marks are dropped',
      repair() {
        database.exec(`DELETE ${WITHOUT_MAILBOX}`);
        database.exec(`DELETE ${WITHOUT_MESSAGE}`);
      },
    });
  }
  return problems;
}

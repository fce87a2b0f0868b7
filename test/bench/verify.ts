import { RawImap } from '../support/raw-imap.ts';
import type { Bench } from './bench.ts';
import { RARE_WORD } from './rows/search-rows.ts';
import { PASSWORD, USERS } from './servers/server.ts';

/** Checks that the server gives the right answers, because a wrong answer is fast. Returns what is wrong. */
export async function wrongAnswers(bench: Bench): Promise<string[]> {
  const client = await RawImap.connect({ port: bench.server.port, timeout: 120_000 });
  await client.login(USERS[0], PASSWORD);
  await client.ok('EXAMINE INBOX');
  const wrong: string[] = [];
  const compare = (what: string, is: unknown, shouldBe: unknown) => {
    if (is !== shouldBe) wrong.push(`${what}: ${is} instead of ${shouldBe}`);
  };
  const rare = bench.mails.flatMap((mail, i) => (mail.hasRareWord ? [i + 1] : [])).join(' ');
  for (const key of ['TEXT', 'BODY']) {
    const reply = await client.ok(`SEARCH ${key} ${RARE_WORD.word}`);
    compare(`SEARCH ${key}`, reply.untagged.find((line) => line.startsWith('* SEARCH'))?.slice(9), rare);
  }
  const bodies = await client.ok('FETCH 1:* (BODY.PEEK[])');
  compare('messages fetched', bodies.untagged.length, bench.mails.length);
  bodies.untagged.some((line, i) => {
    const same = line.includes(bench.mails[i]!.bytes.toString('latin1'));
    if (!same) wrong.push(`BODY[] of message ${i + 1} is not what was appended`);
    return !same;
  });
  await client.logout();
  return wrong;
}

import type { Bench } from '../bench.ts';
import { repeated } from '../measure.ts';
import type { Row } from './row.ts';

/** Planted in ten of 10,000 messages, in the readable text of the body. */
export const RARE_WORD = { word: 'xylograph', every: 1_000 } as const;

export const searchRows: readonly Row[] = [
  searchRow('search-text', 'SEARCH TEXT, a rare word', 10, () => `TEXT ${RARE_WORD.word}`),
  searchRow('search-body', 'SEARCH BODY, a rare word', 10, () => `BODY ${RARE_WORD.word}`),
  searchRow('search-from', 'SEARCH FROM', 1, () => 'FROM keller'),
  searchRow('search-subject', 'SEARCH SUBJECT', 1, () => 'SUBJECT invoice'),
  searchRow('search-since', 'SEARCH SINCE', 1, (bench) => `SINCE ${middleDay(bench)}`),
];

function searchRow(id: string, name: string, target: number, criterion: (bench: Bench) => string): Row {
  const measure = async (bench: Bench) => {
    await bench.settled();
    const client = await bench.select();
    const times = await repeated(7, () => client.command(`SEARCH ${criterion(bench)}`), 2);
    await client.close();
    return times;
  };
  return { id, title: name, unit: 'ms', target, measure };
}

/** The day of the message in the middle, as SEARCH writes it. */
function middleDay(bench: Bench): string {
  const date = bench.mails[bench.mails.length >> 1]!.date;
  const [, day, month, year] = /, (\d\d) (\w{3}) (\d{4})/.exec(date.toUTCString())!;
  return `${Number(day)}-${month}-${year}`;
}

import { join } from 'node:path';
import { MailGenerator } from '../support/mail-generator.ts';
import { Bench } from './bench.ts';
import { median, timed } from './measure.ts';
import type { RowResult } from './report.ts';
import type { Row } from './rows/row.ts';
import { RARE_WORD } from './rows/search-rows.ts';
import type { Contestant } from './servers/server.ts';
import { wrongAnswers } from './verify.ts';

export interface Plan {
  readonly contestants: readonly Contestant[];
  readonly rows: readonly Row[];
  readonly messages: number;
  /** A temporary folder on the disk that is to be measured. */
  readonly dir: string;
  /** For people who wait. */
  readonly progress: (line: string) => void;
}

export interface Measurements {
  readonly results: readonly RowResult[];
  readonly remarks: readonly string[];
  readonly meanSize: number;
}

/** Measures all rows, one server after the other, every server with the same mail. */
export async function measureAll(plan: Plan): Promise<Measurements> {
  const mails = new MailGenerator({ rareWord: RARE_WORD }).take(plan.messages);
  const values = new Map(plan.rows.map((row) => [row, new Map<string, readonly number[]>()]));
  const remarks: string[] = [];
  for (const contestant of plan.contestants) {
    const bench = new Bench(contestant, join(plan.dir, contestant.name), mails);
    plan.progress(`${contestant.name}: filling`);
    try {
      await bench.setUp();
      await measureRows(contestant, bench, plan, values, remarks);
    } catch (error) {
      remarks.push(`${contestant.name} was given up: ${(error as Error).message}`);
    } finally {
      await bench.stop();
    }
  }
  const meanSize = mails.reduce((sum, mail) => sum + mail.bytes.length, 0) / mails.length;
  return { results: plan.rows.map((row) => ({ row, values: values.get(row)! })), remarks, meanSize };
}

async function measureRows(
  contestant: Contestant,
  bench: Bench,
  plan: Plan,
  values: ReadonlyMap<Row, Map<string, readonly number[]>>,
  remarks: string[],
): Promise<void> {
  for (const row of plan.rows) {
    try {
      await bench.inStyle(row.style ?? 'installed');
      let measured: number[] = [];
      const took = await timed(async () => {
        measured = await row.measure(bench);
      });
      values.get(row)!.set(contestant.name, measured);
      plan.progress(
        `${contestant.name}: ${row.id} ${median(measured).toPrecision(4)} ${row.unit} (${(took / 1_000).toFixed(1)} s)`,
      );
    } catch (error) {
      remarks.push(`${contestant.name} ${row.id}: ${(error as Error).message}`);
      await bench.restart();
    }
  }
  // Last, because it reads what the rows above want to be the first to read.
  for (const wrong of await wrongAnswers(bench)) remarks.push(`${contestant.name} answers wrongly: ${wrong}`);
}

import type { Bench } from '../bench.ts';
import type { ProcessStyle } from '../servers/server.ts';

/** One line of the table: something that is measured on every server. */
export interface Row {
  /** The name that `--only` takes. */
  readonly id: string;
  readonly title: string;
  /** Of `/s` more is better, of the others less. */
  readonly unit: '/s' | 'ms' | 'kB';
  /** How many times better than Dovecot mdbox we want to be; 1 means just better. */
  readonly target: number;
  /** How the server's processes live while it is measured; `installed` unless said. */
  readonly style?: ProcessStyle;
  /** Several measurements of the same thing; the median counts. */
  measure(bench: Bench): Promise<number[]>;
}

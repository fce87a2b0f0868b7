import type { WriteStream } from 'node:tty';
import { expect, it } from 'vitest';
import { ProgressLine } from '../../build/progress-line.ts';

const MB = 1_000_000;

function shown(screen: WriteStream | undefined, totals: (number | null)[]): string {
  let text = '';
  const err = (more: string) => {
    text += more;
  };
  const line = new ProgressLine({ err, screen }, 'Fetching');
  for (const total of totals) {
    for (let percent = 0; percent <= 100; percent++) line.show({ transferred: percent * MB, total });
  }
  line.end();
  return text;
}

it('on a screen one line is rewritten, with nothing of the longer text before it left over', () => {
  const text = shown({} as WriteStream, [100 * MB]);
  expect(text.split('\n')).toHaveLength(2);
  const states = text.trimEnd().split('\r').slice(1);
  expect(states).toHaveLength(102);
  expect(states.at(43)).toBe('Fetching 42 % of 100 MB\x1b[K');
});

it('in a log there are ten lines of a download and not a hundred', () => {
  const lines = shown(undefined, [100 * MB])
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(11);
  expect(lines.slice(-1)).toEqual(['Fetching 100 % of 100 MB']);
});

it('says how much came where nobody says how much it will be', () => {
  const states = shown({} as WriteStream, [null]).split('\r');
  expect(states.at(-1)).toContain('Fetching 100 MB');
});

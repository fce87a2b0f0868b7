import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PartLayout } from '../summary.ts';
import { findPart, headerFields, sectionRange } from './sections.ts';
import { summarise } from './summarise.ts';
import { readBody, readEnvelope } from './testdata/grammar.ts';

fc.configureGlobal({ seed: 9051 });

/** Pieces that mean something to a reader of mail, so that random messages reach its corners. */
const CHARACTERS = [...'\r\n\t \0\xffa"\\()<>@,;:=*[]/?{%', '\r\n', '\n\n', '--'];
const WORDS = [
  'From: ',
  'To: a <b@c>',
  'Content-Type:',
  'Content-Disposition: x; a*0*=',
  'Content-Language: a, b',
  '--a',
  '--ab--',
];
const STRUCTURE = [
  'Content-Type: multipart/mixed; boundary=a\r\n\r\n',
  'Content-Type: multipart/digest; boundary="ab"\n\n',
  'Content-Type: message/rfc822\r\n\r\n',
  'Content-Type: text/html; charset=',
  'Subject: x\r\n\r\n',
  '\r\n--a\r\n',
  '\n--ab\n',
  '--a--\n',
  '\r\n--ab--',
];
const soup = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...STRUCTURE) }, fc.constantFrom(...WORDS, ...CHARACTERS)), {
    maxLength: 40,
  })
  .map((pieces) => Buffer.from(pieces.join(''), 'latin1'));
const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));

function checkLayout(part: PartLayout, from: number, to: number): void {
  expect(part.headerStart).toBeGreaterThanOrEqual(from);
  expect(part.bodyStart).toBeGreaterThanOrEqual(part.headerStart);
  expect(part.bodyEnd).toBeGreaterThanOrEqual(part.bodyStart);
  expect(part.bodyEnd).toBeLessThanOrEqual(to);
  let end = part.bodyStart;
  for (const child of part.children) {
    checkLayout(child, end, part.bodyEnd);
    end = child.bodyEnd;
  }
  const { mediaType } = part;
  if (mediaType.startsWith('multipart/')) expect(part.children.length).toBeGreaterThan(0);
  else expect(part.children.length).toBe(/^message\/(rfc822|global)$/.test(mediaType) ? 1 : 0);
}

describe('any octets are a message', () => {
  it('never throws, writes what the grammar allows, and lays parts inside their parents', () => {
    fc.assert(
      fc.property(fc.oneof(soup, noise), (message) => {
        const summary = summarise(message);
        readEnvelope(summary.envelope);
        readBody(summary.bodyStructure, true);
        readBody(summary.body, false);
        expect(summary.parts.headerStart).toBe(0);
        expect(summary.parts.bodyEnd).toBe(message.length);
        checkLayout(summary.parts, 0, message.length);
      }),
      { numRuns: 3_000 },
    );
  });

  it('splits every header into the fields named and the others, losing no octet', () => {
    const names = new Set(['from', 'subject', 'content-type']);
    fc.assert(
      fc.property(soup, (message) => {
        const { start, end } = sectionRange(summarise(message).parts, { part: [], text: 'HEADER' })!;
        const header = message.subarray(start, end);
        const all = headerFields(header, new Set(), true);
        expect(all).toBe(header.toString('latin1'));
        const emptyLine = /(?:^|\n)(\r{0,2}\n)$/.exec(all)?.[1] ?? '';
        const both = headerFields(header, names, false).length + headerFields(header, names, true).length;
        expect(both).toBe(all.length + emptyLine.length);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** A mail that keeps all rules, with what its sections must hold. */
interface Mail {
  readonly text: string;
  /** The body of every part by its numbers. */
  readonly bodies: ReadonlyMap<string, string>;
}

const line = fc.stringMatching(/^[ -~]{0,30}$/).filter((text) => !text.startsWith('--'));
const leaf = fc.array(line, { maxLength: 5 }).map((lines) => lines.join('\r\n'));

interface Tree {
  readonly kind: 'leaf' | 'multipart' | 'message';
  readonly body: string;
  readonly children: readonly Tree[];
}

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf.map((body): Tree => ({ kind: 'leaf', body, children: [] })),
    fc
      .array(tie('tree'), { minLength: 1, maxLength: 4 })
      .map((children): Tree => ({ kind: 'multipart', body: '', children })),
    tie('tree').map((child): Tree => ({ kind: 'message', body: '', children: [child] })),
  ),
}));

/** Writes a tree; numbers as RFC 9051 section 6.4.5.1 gives them. */
function write(node: Tree, numbers: readonly number[], isMessage: boolean, bodies: Map<string, string>): string {
  const own = isMessage && node.kind !== 'multipart' ? [...numbers, 1] : numbers;
  const header = isMessage ? 'Subject: generated\r\n' : '';
  const { type, body } = content(node, own, bodies);
  if (own.length > 0 && !(isMessage && node.kind === 'multipart')) bodies.set(own.join('.'), body);
  return `${header}Content-Type: ${type}\r\n\r\n${body}`;
}

function content(node: Tree, numbers: readonly number[], bodies: Map<string, string>): { type: string; body: string } {
  if (node.kind === 'leaf') return { type: 'text/plain', body: node.body };
  if (node.kind === 'message') return { type: 'message/rfc822', body: write(node.children[0]!, numbers, true, bodies) };
  const boundary = `b${numbers.join('-')}.`;
  const parts = node.children.map((child, i) => write(child, [...numbers, i + 1], false, bodies));
  const body = `preamble\r\n${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--`;
  return { type: `multipart/mixed; boundary="${boundary}"`, body };
}

const wellFormed = tree.map((root): Mail => {
  const bodies = new Map<string, string>();
  return { text: write(root, [], true, bodies), bodies };
});

describe('a message that keeps the rules', () => {
  it('comes back part by part, octet by octet', () => {
    fc.assert(
      fc.property(wellFormed, ({ text, bodies }) => {
        const message = Buffer.from(text, 'latin1');
        const { parts } = summarise(message);
        for (const [numbers, body] of bodies) {
          const part = findPart(parts, numbers.split('.').map(Number));
          expect(part && message.toString('latin1', part.bodyStart, part.bodyEnd), numbers).toBe(body);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

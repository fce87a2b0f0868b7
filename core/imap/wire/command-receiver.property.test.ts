import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandReceiver, type LiteralEvent, type ReceiverEvent } from './command-receiver.ts';
import { drain, receive, told } from './testing.ts';

// The same examples in every run: a failure must come back.
fc.configureGlobal({ seed: 9051 });

const LIMIT = 60;

/** Literals of an odd number of octets are refused, and `I` begins a conversation of lines, as IDLE does. */
const options = {
  line: LIMIT,
  accepts: ({ octets }: LiteralEvent) => octets % 2 === 0,
  after(event: ReceiverEvent, receiver: CommandReceiver) {
    if (event.kind === 'command' && event.command.texts[0]!.toString().startsWith('I')) receiver.mode = 'line';
    if (event.kind === 'line') receiver.mode = 'command';
  },
};

const octets = (units: string, maxLength: number) =>
  fc.array(fc.constantFrom(...units), { maxLength }).map((characters) => characters.join(''));

const lineEnd = fc.constantFrom('\r\n', '\n');
const text = octets('aI {}+~5 "\r\0', 12);
const announced = fc
  .tuple(
    fc.constantFrom('', '~'),
    fc.nat({ max: 40 }),
    fc.constantFrom('', '+'),
    fc.boolean(),
    octets('x{}3+\r\n\0', 40),
  )
  .map(([tilde, length, plus, honest, inside]) => {
    const literal = inside.padEnd(length, '.').slice(0, length);
    return honest ? `${tilde}{${length}${plus}}\r\n${literal}` : `${tilde}{${length}${plus}}`;
  });
const longText = fc.integer({ min: LIMIT - 3, max: LIMIT * 3 }).map((length) => 'y'.repeat(length));
/** Something like a conversation, with all kinds of mistakes in it. */
const input = fc
  .array(fc.oneof(text, announced, lineEnd, { arbitrary: longText, weight: 1 }), { maxLength: 30 })
  .map((parts) => Buffer.from(`${parts.join('')}\r\n`, 'latin1'));

function cutAt(whole: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, i = 0; at < whole.length; i++) {
    const size = sizes[i % sizes.length]!;
    chunks.push(whole.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

describe('however the network cuts the input', () => {
  it('the events are the same', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
    fc.assert(
      fc.property(input, sizes, (whole, cuts) => {
        const expected = told(receive([whole], options));
        expect(told(receive(cutAt(whole, [1]), options))).toEqual(expected);
        expect(told(receive(cutAt(whole, cuts), options))).toEqual(expected);
      }),
      { numRuns: 1500 },
    );
  });

  it('the events are the same when chunks pile up before anybody looks', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
    fc.assert(
      fc.property(input, sizes, (whole, cuts) => {
        const receiver = new CommandReceiver(options);
        for (const chunk of cutAt(whole, cuts)) receiver.push(chunk);
        expect(receiver.buffered).toBe(whole.length);
        expect(told(drain(receiver, options))).toEqual(told(receive([whole], options)));
      }),
      { numRuns: 500 },
    );
  });

  it('no event comes before all of it is here, and what is buffered is what nobody has looked at', () => {
    fc.assert(
      fc.property(input, (whole) => {
        const receiver = new CommandReceiver(options);
        for (const chunk of cutAt(whole, [1])) {
          receiver.push(chunk);
          const events = drain(receiver, options);
          expect(receiver.buffered).toBe(0);
          if (events.at(-1)?.kind === 'command') expect(chunk.toString()).toBe('\n');
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** A well-formed command: texts that end in nothing like an announcement, and literals between them. */
const wellFormed = fc.record({
  first: octets('ab "\\()', 8),
  rest: fc.array(
    fc.record({
      literal: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      announcement: fc.constantFrom(['{', '}'], ['{', '+}'], ['~{', '}'], ['~{', '+}']),
      text: octets('ab "\\()', 8),
    }),
    { maxLength: 4 },
  ),
});

describe('well-formed commands', () => {
  it('come out as they went in, whatever is in their literals', () => {
    fc.assert(
      fc.property(fc.array(wellFormed, { maxLength: 8 }), fc.integer({ min: 1, max: 400 }), (commands, size) => {
        const sent = commands.map(({ first, rest }) => {
          const parts = rest.map(({ literal, announcement: [open, close], text: after }) => {
            return `${open}${literal.length}${close}\r\n${literal}${after}`;
          });
          return `${first}${parts.join('')}\r\n`;
        });
        const expected = commands.map(({ first, rest }) => {
          const parts = rest.map(({ literal, announcement, text: after }) => {
            return `${announcement[0] === '~{' ? '~' : ''}<${literal}>${after}`;
          });
          return `command ${first}${parts.join('')}`;
        });
        const events = receive(cutAt(Buffer.from(sent.join(''), 'latin1'), [size]));
        expect(told(events.filter(({ kind }) => kind === 'command'))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a literal that is abandoned in its middle', () => {
  it('is told of once, when all of its command has come, and nothing of it is taken for a command', () => {
    const literal = fc.uint8Array({ minLength: 1, maxLength: 100 }).map((octets) => Buffer.from(octets));
    fc.assert(
      fc.property(literal, literal, fc.nat(), fc.integer({ min: 1, max: 50 }), (first, second, at, size) => {
        const receiver = new CommandReceiver({ line: LIMIT });
        const come = at % first.length;
        receiver.push(Buffer.concat([Buffer.from(`a b {${first.length}+}\r\n`), first.subarray(0, come)]));
        expect(told(drain(receiver))).toEqual([`sends ${first.length}`]);
        expect(receiver.literalOctets).toBe(come);
        receiver.abandonLiteral();
        const rest = [
          first.subarray(come),
          Buffer.from(` {${second.length}+}\r\n`),
          second,
          Buffer.from(' c\r\nd e\r\n'),
        ];
        const events = cutAt(Buffer.concat(rest), [size]).flatMap((chunk) => {
          receiver.push(chunk);
          return drain(receiver);
        });
        expect(told(events)).toEqual(['abandoned a b ', 'command d e']);
      }),
      { numRuns: 300 },
    );
  });
});

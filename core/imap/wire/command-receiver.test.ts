import { describe, expect, it } from 'vitest';
import { CommandReceiver } from './command-receiver.ts';
import { drain, type ReceiveOptions, receive, told } from './testing.ts';

function tell(text: string, options?: ReceiveOptions): string[] {
  return told(receive([Buffer.from(text, 'latin1')], options));
}

describe('lines that are not as they should be', () => {
  it('takes a bare LF for a line end: scripts and telnet send it', () => {
    expect(tell('a NOOP\nb NOOP\r\n')).toEqual(['command a NOOP', 'command b NOOP']);
  });

  it('keeps a bare CR and a second CR as octets, for the grammar to refuse', () => {
    expect(tell('a\rb\r\r\n')).toEqual(['command a\rb\r']);
  });

  it('delivers NUL and 8-bit octets, for the grammar to refuse', () => {
    expect(tell('\0\xff\r\n')).toEqual(['command \0\xff']);
  });

  it('delivers an empty line as an empty command', () => {
    expect(tell('\r\n\n')).toEqual(['command ', 'command ']);
  });

  it('takes { for the announcement of a literal only at the very end of a line and only with a number', () => {
    const lines = ['a {5} b', 'a {5}"', 'a {}', 'a {+}', 'a {-1}', 'a {5++}', 'a {5+ }', 'a 5}', 'a {5', 'a {5} '];
    expect(tell(`${lines.join('\r\n')}\r\n`)).toEqual(lines.map((line) => `command ${line}`));
  });

  it('does not take a number of more digits than 64 bits have for an announcement', () => {
    expect(tell('a {000000000000000000005}\r\n')).toEqual(['command a {000000000000000000005}']);
  });

  it('reports a literal of absurd size instead of making room for it', () => {
    const text = 'a APPEND x {18446744073709551615}\r\n';
    const [event] = receive([Buffer.from(text)], { accepts: () => false });
    expect(event).toMatchObject({ kind: 'literal', octets: Number.MAX_SAFE_INTEGER, synchronizing: true });
  });

  it('takes no memory for a literal that is announced and accepted but does not come', () => {
    const receiver = new CommandReceiver({ line: 100 });
    receiver.push(Buffer.from('a APPEND x {9007199254740991+}\r\nonly this'));
    expect(told(drain(receiver))).toEqual(['sends 9007199254740991']);
  });
});

describe('lines over the limit', () => {
  const options = { line: 20 };

  it('counts a line with its line end', () => {
    expect(tell(`${'x'.repeat(18)}\r\n`, options)).toEqual([`command ${'x'.repeat(18)}`]);
    expect(tell(`${'x'.repeat(19)}\r\n`, options)).toEqual([`too long: ${'x'.repeat(20 - 1)}\r`]);
  });

  it('says so once, before the line ends, swallows the rest and goes on', () => {
    const receiver = new CommandReceiver(options);
    receiver.push(Buffer.from('a NOOP and much more than'));
    expect(told(drain(receiver))).toEqual(['too long: a NOOP and much more']);
    receiver.push(Buffer.from(' the limit allows'.repeat(100)));
    expect(drain(receiver)).toEqual([]);
    expect(receiver.buffered).toBe(0);
    receiver.push(Buffer.from('\r\nb NOOP\r\n'));
    expect(told(drain(receiver))).toEqual(['command b NOOP']);
  });

  it('swallows the literals of the line, too: they are part of the command (RFC 7888 section 3)', () => {
    const text = `a LOGIN ${'x'.repeat(30)} {8+}\r\nb NOOP\r\n {3+}\r\nc\r\n\r\nd NOOP\r\n`;
    expect(tell(text, options)).toEqual(['too long: a LOGIN xxxxxxxxxxxx', 'command d NOOP']);
  });

  it('expects no literal for which the client would have to wait: it was told BAD', () => {
    const text = `a LOGIN ${'x'.repeat(30)} {8}\r\nb NOOP\r\n`;
    expect(tell(text, options)).toEqual(['too long: a LOGIN xxxxxxxxxxxx', 'command b NOOP']);
  });

  it('counts the lines of one command together, so that literals do not multiply the limit', () => {
    const text = 'a {1+}\r\nx b {1+}\r\ny c {1+}\r\nz\r\nd\r\n';
    expect(tell(text, options)).toEqual(['sends 1', 'sends 1', 'too long: a ', 'command d']);
  });

  it('reads the limit at each use: it grows with login', () => {
    const limits = { line: 10 };
    const receiver = new CommandReceiver(limits);
    receiver.push(Buffer.from('a LOGIN\r\nb SELECT INBOX\r\n'));
    const first = receiver.next();
    limits.line = 100;
    expect(told([first!, ...drain(receiver)])).toEqual(['command a LOGIN', 'command b SELECT INBOX']);
  });
});

describe('literals', () => {
  it('collects synchronizing, non-synchronizing and binary ones', () => {
    const text = 'a X {2}\r\nab {3+}\r\ncde ~{1}\r\n\0 ~{0+}\r\n\r\n';
    expect(tell(text)).toEqual(['wants 2', 'sends 3', 'wants ~1', 'sends ~0', 'command a X <ab> <cde> ~<\0> ~<>']);
  });

  it('does not look for line ends or announcements inside', () => {
    const inside = 'b {3}\r\nc\nd\0\xff\r\n';
    expect(tell(`a {${inside.length}+}\r\n${inside}\r\n`)).toEqual([`sends ${inside.length}`, `command a <${inside}>`]);
  });

  it('tells which one it is, what all have together, and how the command began', () => {
    const events = receive([Buffer.from('a APPEND {5+}\r\nINBOX {10}\r\n0123456789 {1+}\r\n.\r\n')]);
    const head = Buffer.from('a APPEND ');
    expect(events.slice(0, 3)).toEqual([
      { kind: 'literal', octets: 5, synchronizing: false, literal8: false, head, index: 0, total: 5 },
      { kind: 'literal', octets: 10, synchronizing: true, literal8: false, head, index: 1, total: 15 },
      { kind: 'literal', octets: 1, synchronizing: false, literal8: false, head, index: 2, total: 16 },
    ]);
  });

  it('gives nothing more until the literal is accepted or refused', () => {
    const receiver = new CommandReceiver({ line: 100 });
    receiver.push(Buffer.from('a {1+}\r\nx\r\nb\r\n'));
    expect(receiver.next()?.kind).toBe('literal');
    expect(receiver.next()).toBeUndefined();
    receiver.acceptLiteral();
    expect(told(drain(receiver))).toEqual(['command a <x>', 'command b']);
  });

  it('takes an answer nobody asked for as the bug it is', () => {
    const receiver = new CommandReceiver({ line: 100 });
    expect(() => receiver.acceptLiteral()).toThrow('No literal');
    expect(() => receiver.refuseLiteral()).toThrow('No literal');
  });

  it('starts the count afresh with every command', () => {
    const events = receive([Buffer.from('a {1+}\r\nx\r\nb {2+}\r\nxy\r\n')]);
    expect(events[2]).toMatchObject({ kind: 'literal', index: 0, total: 2 });
  });

  it('does not keep a large chunk for the short line that waits behind it', () => {
    const receiver = new CommandReceiver({ line: 100 });
    const chunk = Buffer.from(`${'x NOOP\r\n'.repeat(20_000)}a LOGIN {5}\r\n`);
    receiver.push(chunk);
    const event = drain(receiver).at(-1);
    if (event?.kind !== 'literal') throw new Error('the literal was not announced');
    expect(event.head.buffer).not.toBe(chunk.buffer);
  });

  it('keeps the octets of a large one in order, however it is cut', () => {
    const octets = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i * 7919));
    const input = Buffer.concat([Buffer.from('a {300000+}\r\n'), octets, Buffer.from('\r\n')]);
    for (const size of [1000, 4096, 65_536, 200_000]) {
      const chunks = Array.from({ length: Math.ceil(input.length / size) }, (_, i) =>
        Buffer.from(input.subarray(i * size, (i + 1) * size)),
      );
      const last = receive(chunks).at(-1);
      if (last?.kind !== 'command') throw new Error('the command did not come');
      expect(last.command.literals[0]!.octets.equals(octets)).toBe(true);
    }
  });
});

describe('refused literals', () => {
  const accepts = ({ octets }: { octets: number }) => octets < 5;

  it('drops the command after a synchronizing one, of which nothing follows', () => {
    expect(tell('a {5}\r\nb NOOP\r\n', { accepts })).toEqual(['wants 5', 'command b NOOP']);
  });

  it('swallows a non-synchronizing one with the rest of its command', () => {
    const text = 'a {2+}\r\nxy {8+}\r\nb NOOP\r\n {10+}\r\nc NOOP\r\n\r\n after\r\nd NOOP\r\n';
    expect(tell(text, { accepts })).toEqual(['sends 2', 'sends 8', 'command d NOOP']);
  });

  it('keeps nothing of what it swallows', () => {
    const receiver = new CommandReceiver({ line: 100 });
    receiver.push(Buffer.from('a APPEND x {1000000000+}\r\n'));
    drain(receiver, { accepts });
    for (let i = 0; i < 100; i++) {
      receiver.push(Buffer.alloc(1000));
      expect(receiver.next()).toBeUndefined();
      expect(receiver.buffered).toBe(0);
    }
  });

  it('stops swallowing at a literal for which the client waits', () => {
    expect(tell('a {5+}\r\n12345 {9}\r\nb NOOP\r\n', { accepts })).toEqual(['sends 5', 'command b NOOP']);
  });
});

describe('lines of their own (SASL, IDLE)', () => {
  const after: ReceiveOptions['after'] = (event, receiver) => {
    receiver.mode = event.kind === 'command' ? 'line' : 'command';
  };

  it('are given without their end, and are never the beginning of a literal', () => {
    expect(tell('a IDLE\r\nDONE {5+}\r\nb NOOP\n\nc\r\n', { after })).toEqual([
      'command a IDLE',
      'line DONE {5+}',
      'command b NOOP',
      'line ',
      'command c',
    ]);
  });

  it('do not begin in the middle of a command', () => {
    const early: ReceiveOptions['after'] = (_, receiver) => {
      receiver.mode = 'line';
    };
    expect(tell('a LOGIN {1+}\r\nx {1+}\r\ny\r\nDONE\r\n', { after: early })).toEqual([
      'sends 1',
      'sends 1',
      'command a LOGIN <x> <y>',
      'line DONE',
    ]);
  });

  it('have the same limit; the rest of a longer one is swallowed up to its end only', () => {
    const text = `a IDLE\r\n${'x'.repeat(30)}{5+}\r\nb NOOP\r\n`;
    expect(tell(text, { after, line: 20 })).toEqual([
      'command a IDLE',
      `too long: ${'x'.repeat(20)}`,
      'command b NOOP',
    ]);
  });
});

describe('STARTTLS', () => {
  it('discards what was sent behind it: plaintext commands must not run under TLS (RFC 9051 section 6.2.1)', () => {
    const receiver = new CommandReceiver({ line: 100 });
    receiver.push(Buffer.from('a STARTTLS\r\nb LOGIN evil {5+}\r\nevil'));
    expect(told([receiver.next()!])).toEqual(['command a STARTTLS']);
    expect(receiver.buffered).toBeGreaterThan(0);
    receiver.discard();
    expect(receiver.buffered).toBe(0);
    receiver.push(Buffer.from('c NOOP\r\n'));
    expect(told(drain(receiver))).toEqual(['command c NOOP']);
  });

  it('discards a half-sent line, literal or swallowing', () => {
    for (const begun of ['b NO', 'b LOGIN {5+}\r\nev', 'b LOGIN {9+}\r\n', 'b NOOP {20+}\r\nx']) {
      const receiver = new CommandReceiver({ line: 100 });
      receiver.push(Buffer.from(begun));
      drain(receiver, { accepts: ({ octets }) => octets < 9 });
      receiver.discard();
      receiver.push(Buffer.from('c NOOP\r\n'));
      expect(told(drain(receiver))).toEqual(['command c NOOP']);
    }
  });
});

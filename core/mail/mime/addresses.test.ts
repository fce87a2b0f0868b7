import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mimeLimits } from '../../base/limits.ts';
import { parseAddresses } from './addresses.ts';

fc.configureGlobal({ seed: 9051 });

/** One line an address: name, route, mailbox, host; `-` for what is undefined. */
function read(field: string): string[] {
  return parseAddresses(field).map(({ name, route, mailbox, host }) =>
    [name, route, mailbox, host].map((value) => value ?? '-').join('|'),
  );
}

describe('parseAddresses', () => {
  it.each([
    ['a@b.example', ['-|-|a|b.example']],
    ['Foo <a@b.example>', ['Foo|-|a|b.example']],
    ['"Foo, Bar" <a@b.example>, c@d.example', ['Foo, Bar|-|a|b.example', '-|-|c|d.example']],
    ['a@b.example (Foo)', ['Foo|-|a|b.example']],
    ['Foo (not this) <a@b.example>', ['Foo|-|a|b.example']],
    ['<a@b.example> (this)', ['-|-|a|b.example']],
    ['a@b.example <c@d.example>', ['a@b.example|-|c|d.example']],
    ['=?utf-8?q?x?= =?utf-8?q?y?= <a@b.example>', ['=?utf-8?q?x?= =?utf-8?q?y?=|-|a|b.example']],
    ['<@r.example,@s.example:a@b.example>', ['-|@r.example,@s.example|a|b.example']],
    ['"a b"@c.example', ['-|-|a b|c.example']],
    ['a . b @ c . example', ['-|-|a.b|c.example']],
    ['a@[IPv6:::1]', ['-|-|a|[IPv6:::1]']],
    ['a@b.example c', ['-|-|a|b.example']],
    ['root', ['-|-|root|']],
    ['Foo <root>', ['Foo|-|root|']],
    ['Foo <>', ['Foo|-||']],
    ['<>', []],
    [', ,,', []],
    ['', []],
    ['g:;', ['-|-|g|-', '-|-|-|-']],
    ['g: a@b, "x:;" <c@d>; e@f', ['-|-|g|-', '-|-|a|b', 'x:;|-|c|d', '-|-|-|-', '-|-|e|f']],
    ['g: a@b', ['-|-|g|-', '-|-|a|b', '-|-|-|-']],
    ['a@b; c@d', ['-|-|a|b', '-|-|c|d']],
    ['Foo <a@b.example', ['Foo|-|a|b.example']],
    ['Foo <a@b.example Bar <c@d.example>', ['Foo|-|a|b.example']],
    ['"Foo <a@b.example>', ['Foo|-|a|b.example']],
    ['a@b.example (never closed', ['never closed|-|a|b.example']],
    ['"back\\\\slash \\" quote" <a@b>', ['back\\slash " quote|-|a|b']],
  ])('reads %j', (field, expected) => expect(read(field)).toEqual(expected));

  it('keeps groups balanced and never throws', () => {
    const piece = fc.constantFrom(
      'a',
      '@',
      '<',
      '>',
      '"',
      '\\',
      '(',
      ')',
      ',',
      ':',
      ';',
      '[',
      ']',
      ' ',
      '.',
      '\xff',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        let open = 0;
        for (const { mailbox, host } of parseAddresses(pieces.join(''))) {
          if (host === undefined) open += mailbox === undefined ? -1 : 1;
          expect(open === 0 || open === 1).toBe(true);
        }
        expect(open).toBe(0);
      }),
      { numRuns: 3_000 },
    );
  });

  it('stops at the limit, and still closes the group', () => {
    const many = parseAddresses(`g: ${'a@b,'.repeat(mimeLimits.addresses + 5)};`);
    expect(many.length).toBeLessThanOrEqual(mimeLimits.addresses + 2);
    expect(many.at(-1)).toEqual({ name: undefined, route: undefined, mailbox: undefined, host: undefined });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMailboxUtf7, encodeMailboxUtf7 } from './modified-utf7.ts';

// The same examples in every run: a failure must come back.
fc.configureGlobal({ seed: 9051 });

describe('names that are not the one right encoding (RFC 3501 section 5.1.3)', () => {
  it.each([
    ['no shift back', '&Jjo!'],
    ['no shift back at the end', '&Jjo'],
    ['a lone &', 'R&D'],
    ['& at the end', 'R&'],
    ['a superfluous shift', '&U,BTFw-&ZeVnLIqe-'],
    ['encoded printable ASCII', '&AEE-'],
    ['an encoded &', '&ACY-'],
    ['printable ASCII among others', '&AOQAQQ-'],
    ['/ for ,', '&U/BTFw-'],
    ['padding', '&AOQ=-'],
    ['an octet too many', '&AOQA-'],
    ['bits left over', '&AOR-'],
    ['half a character', '&AA-'],
    ['too little for an octet', '&A-'],
    ['half a surrogate pair', '&2D0-'],
    ['a pair in the wrong order', '&3ADYPQ-'],
    ['an 8-bit octet', 'ä'],
    ['an 8-bit octet beside a right shift', '&AOQ-ä'],
    ['a control character', 'a\tb'],
  ])('%s', (_, text) => {
    expect(decodeMailboxUtf7(text)).toBeUndefined();
  });
});

describe('modified UTF-7', () => {
  it.each([
    ['', ''],
    ['INBOX', 'INBOX'],
    ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
    ['台北日本語', '&U,BTF2XlZyyKng-'],
    ['☺!', '&Jjo-!'],
    ['R&D', 'R&-D'],
    ['&', '&-'],
    ['&&', '&-&-'],
    ['ä&ö', '&AOQ-&-&APY-'],
    ['😀', '&2D3eAA-'],
    ['a\tb\x7f', 'a&AAk-b&AH8-'],
  ])('%j is %j', (name, text) => {
    expect(encodeMailboxUtf7(name)).toBe(text);
    expect(decodeMailboxUtf7(text)).toBe(name);
  });

  it('shows what is no character as U+FFFD instead of writing a name nobody can read back', () => {
    expect(decodeMailboxUtf7(encodeMailboxUtf7('a\ud83db'))).toBe('a\ufffdb');
  });

  it('brings every name back, in printable ASCII', () => {
    const name = fc.string({
      unit: fc.oneof(fc.string({ unit: 'binary', maxLength: 1 }), fc.constantFrom('&', '-', ',')),
    });
    fc.assert(
      fc.property(name, (original) => {
        const text = encodeMailboxUtf7(original);
        expect(text).toMatch(/^[\x20-\x7e]*$/);
        expect(decodeMailboxUtf7(text)).toBe(original);
      }),
      { numRuns: 1000 },
    );
  });

  it('has one encoding for a name only: whatever decodes comes back as it was', () => {
    const text = fc.string({ unit: fc.constantFrom('&', '-', ',', 'A', 'O', 'Q', '2', 'D', '3', '+', 'a', '/') });
    fc.assert(
      fc.property(text, (sent) => {
        const name = decodeMailboxUtf7(sent);
        if (name !== undefined) expect(encodeMailboxUtf7(name)).toBe(sent);
      }),
      { numRuns: 2000 },
    );
  });
});

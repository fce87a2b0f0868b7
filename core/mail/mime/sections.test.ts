import { describe, expect, it } from 'vitest';
import { headerFields } from './sections.ts';

const HEADER =
  'From x@example.org Mon Sep 30\r\nSubject: a\r\n b\r\nTo : c\r\nX-Subject: d\r\nsubject: e\r\nnothing\r\nSubject\r\n\r\n';
const select = (header: string, names: string[], not: boolean) =>
  headerFields(Buffer.from(header, 'latin1'), new Set(names), not);

describe('headerFields', () => {
  it('takes whole names only, whatever their case, with all continuation lines, and the empty line', () => {
    expect(select(HEADER, ['subject'], false)).toBe('Subject: a\r\n b\r\nsubject: e\r\n\r\n');
  });

  it('knows a name with blanks before its colon (RFC 5322 section 4.5.8)', () => {
    expect(select(HEADER, ['to'], false)).toBe('To : c\r\n\r\n');
  });

  it('leaves out with NOT just what it would take without', () => {
    expect(select(HEADER, ['subject', 'to'], true)).toBe(
      'From x@example.org Mon Sep 30\r\nX-Subject: d\r\nnothing\r\nSubject\r\n\r\n',
    );
  });

  it('gives the empty line for no field, and none where the header has none', () => {
    expect(select(HEADER, ['cc'], false)).toBe('\r\n');
    expect(select('Subject: a', ['subject'], false)).toBe('Subject: a');
    expect(select('', ['subject'], false)).toBe('');
  });

  it('keeps bare line feeds', () => {
    expect(select('A: b\nSubject: c\n\td\n\n', ['subject'], false)).toBe('Subject: c\n\td\n\n');
  });
});

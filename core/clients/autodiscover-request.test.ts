import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlookSchema } from './autodiscover.ts';
import { readAutodiscoverRequest } from './autodiscover-request.ts';
import { escapeXml } from './xml.ts';

const request = (inside: string) =>
  `<?xml version="1.0" encoding="utf-8"?>\r\n<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">\r\n  <Request>${inside}</Request>\r\n</Autodiscover>\r\n`;
const karen = '<EMailAddress>karen@Example.org</EMailAddress>';
const schema = `<AcceptableResponseSchema>${outlookSchema}</AcceptableResponseSchema>`;

describe("Outlook's request", () => {
  it('is read as Outlook writes it', () => {
    const expected = { email: { localPart: 'karen', domain: 'example.org' }, schema: outlookSchema };
    expect(readAutodiscoverRequest(request(`\n${karen}\n${schema}\n`))).toEqual(expected);
    expect(readAutodiscoverRequest(request(`${schema}<LegacyDN/>${karen}`))).toEqual(expected);
    expect(readAutodiscoverRequest(request(karen))).toEqual({ ...expected, schema: undefined });
  });

  it.each([
    ['an entity that is declared', `<!DOCTYPE a [<!ENTITY e "karen">]>${request(karen)}`],
    ['an entity', request('<EMailAddress>&e;@example.org</EMailAddress>')],
    ['a predefined entity', request('<EMailAddress>a&amp;b@example.org</EMailAddress>')],
    ['a comment', request(`<!-- -->${karen}`)],
    ['CDATA', request('<EMailAddress><![CDATA[karen@example.org]]></EMailAddress>')],
    ['an instruction', request(`<?php 1 ?>${karen}`)],
    ['two addresses', request(`${karen}${karen}`)],
    ['no address', request('')],
    ['an empty address', request('<EMailAddress/>')],
    ['an address elsewhere', `<Autodiscover>${karen}</Autodiscover>`],
    ['an address that is none', request('<EMailAddress>karen</EMailAddress>')],
    ['a domain that is none', request('<EMailAddress>karen@exa mple</EMailAddress>')],
    ['crossed tags', '<Autodiscover><Request></Autodiscover></Request>'],
    ['an end that is missing', request(karen).replace('</Autodiscover>', '')],
    ['an end too many', `${request(karen)}</Autodiscover>`],
    ['a second root', `${request(karen)}${request('')}`],
    ['words outside', `${request(karen)}x`],
    ['depth', '<a>'.repeat(5_000) + '</a>'.repeat(5_000)],
    ['a tag that never ends', `<a ${'b="c" '.repeat(3_000)}`],
    ['nothing', ''],
    ['JSON', '{"EMailAddress":"karen@example.org"}'],
  ])('with %s is refused', (_, body) => {
    expect(readAutodiscoverRequest(body)).toBeUndefined();
  });

  it('never makes the reader throw or tell of an address that does not stand there', () => {
    const words = fc.array(
      fc.constantFrom(
        '<',
        '>',
        '/',
        '&',
        '"',
        "'",
        ' ',
        '=',
        'a',
        '<a>',
        '</a>',
        '<!',
        '<?',
        karen,
        'EMailAddress',
        '@',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          words.map((all) => all.join('')),
          words.map((all) => request(all.join(''))),
        ),
        (body) => {
          const found = readAutodiscoverRequest(body);
          if (found !== undefined)
            expect(body.toLowerCase()).toContain(`${found.email.localPart}@${found.email.domain}`.toLowerCase());
        },
      ),
      { seed: 6186 },
    );
  });

  it('gives back every plain address', () => {
    const local = fc.stringMatching(/^[a-z0-9.+_=-]{1,64}$/);
    fc.assert(
      fc.property(local, (localPart) => {
        const body = request(`<EMailAddress>${escapeXml(`${localPart}@example.org`)}</EMailAddress>`);
        expect(readAutodiscoverRequest(body)?.email).toEqual({ localPart, domain: 'example.org' });
      }),
      { seed: 6186 },
    );
  });
});

import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autoconfigXml, type ClientSettings } from './autoconfig.ts';
import { autodiscoverError, autodiscoverXml } from './autodiscover.ts';
import { element, escapeXml, xmlDocument } from './xml.ts';

/** What of the DOM is looked at: core's types have none. */
interface Node {
  readonly localName: string;
  readonly namespaceURI: string | null;
  readonly textContent: string | null;
  readonly children: ArrayLike<Node> & Iterable<Node>;
  readonly attributes: ArrayLike<unknown>;
  readonly firstElementChild: Node | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Node | null;
  querySelectorAll(selector: string): Iterable<Node>;
}
type Document = Pick<Node, 'querySelector' | 'querySelectorAll'> & { readonly documentElement: Node };
interface JsDom {
  readonly window: { readonly DOMParser: new () => { parseFromString(text: string, type: string): Document } };
}

/** Another's XML parser. It brings no types. */
const { JSDOM } = createRequire(import.meta.url)('jsdom') as { JSDOM: new () => JsDom };
const { window } = new JSDOM();
function parse(xml: string): Document {
  const parsed = new window.DOMParser().parseFromString(xml, 'text/xml');
  expect(parsed.querySelector('parsererror')?.textContent).toBeUndefined();
  return parsed;
}

const anyText = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('<', '&', '>', '"', "'", '\r', '\0', '\ud800', ']]>'),
  ),
});
const settings: ClientSettings = {
  serviceName: 'Mail & <more>',
  incoming: [
    { host: 'mail.example.org', port: 993, encryption: 'tls' },
    { host: 'mail.example.org', port: 143, encryption: 'starttls' },
  ],
  outgoing: { host: 'smtp.example.org', port: 587, encryption: 'starttls' },
  loginName: 'localPart',
};

describe('XML', () => {
  it('is well-formed and says the same whatever the text: who writes a name must not write elements', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { documentElement } = parse(xmlDocument(element('a', text, { b: text })));
        expect(documentElement.children).toHaveLength(0);
        const kept = text
          .toWellFormed()
          .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}');
        expect(documentElement.textContent).toBe(kept);
        expect(documentElement.attributes).toHaveLength(1);
      }),
      { seed: 1998, numRuns: 300 },
    );
  });

  it('has no character that could end a text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeXml(text)).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|apos;|#13;)/);
      }),
      { seed: 1998 },
    );
  });
});

describe("Thunderbird's answer", () => {
  const text = (xml: string, path: string) => [...parse(xml).querySelectorAll(path)].map((one) => one.textContent);

  it('names the domain, both servers with TLS first, and the placeholder for the user', () => {
    const xml = autoconfigXml('example.org', settings);
    const { documentElement } = parse(xml);
    expect(documentElement.localName).toBe('clientConfig');
    expect(documentElement.getAttribute('version')).toBe('1.1');
    expect(parse(xml).querySelector('emailProvider')?.getAttribute('id')).toBe('example.org');
    expect(text(xml, 'domain')).toEqual(['example.org']);
    expect(text(xml, 'displayName')).toEqual(['Mail & <more>']);
    expect(text(xml, 'incomingServer[type=imap] > socketType')).toEqual(['SSL', 'STARTTLS']);
    expect(text(xml, 'incomingServer > port')).toEqual(['993', '143']);
    expect(text(xml, 'outgoingServer[type=smtp] > hostname')).toEqual(['smtp.example.org']);
    expect(new Set(text(xml, 'authentication'))).toEqual(new Set(['password-cleartext']));
    expect(new Set(text(xml, 'username'))).toEqual(new Set(['%EMAILLOCALPART%']));
    expect(text(autoconfigXml('x.org', { ...settings, loginName: 'address' }), 'username')[0]).toBe('%EMAILADDRESS%');
  });

  it('makes up no outgoing server', () => {
    expect(autoconfigXml('example.org', { ...settings, outgoing: undefined })).not.toContain('outgoingServer');
  });
});

describe("Outlook's answer", () => {
  const email = { localPart: 'ka&ren', domain: 'example.org' };
  const protocols = (xml: string) =>
    [...parse(xml).querySelectorAll('Protocol')].map((one) =>
      Object.fromEntries([...one.children].map(({ localName, textContent }) => [localName, textContent])),
    );

  it('names one IMAP server and how to begin TLS', () => {
    const [imap, smtp] = protocols(autodiscoverXml(email, settings));
    const tls = { SSL: 'on', Encryption: 'SSL', SPA: 'off', AuthRequired: 'on' };
    expect(imap).toMatchObject({ Type: 'IMAP', Server: 'mail.example.org', Port: '993', LoginName: 'ka&ren', ...tls });
    expect(smtp).toMatchObject({ Type: 'SMTP', Port: '587', SSL: 'off', Encryption: 'TLS' });
    expect(protocols(autodiscoverXml(email, settings))).toHaveLength(2);
  });

  it('stands in the name spaces that Outlook looks in', () => {
    const { documentElement } = parse(autodiscoverXml(email, { ...settings, loginName: 'address' }));
    expect(documentElement.namespaceURI).toBe('http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006');
    expect(documentElement.firstElementChild?.namespaceURI).toMatch(/outlook\/responseschema\/2006a$/);
    expect(documentElement.querySelector('LoginName')?.textContent).toBe('ka&ren@example.org');
  });

  it('is an error with its code when there is nothing to say', () => {
    const error = parse(autodiscoverError(601, Date.UTC(2026, 0, 1, 12, 30))).querySelector('Error');
    expect(error?.getAttribute('Time')).toBe('12:30:00');
    expect(error?.querySelector('ErrorCode')?.textContent).toBe('601');
  });
});

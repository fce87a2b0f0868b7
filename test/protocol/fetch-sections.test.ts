import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlyFetch } from '../support/fetch-replies.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const crlf = (...lines: string[]) => lines.join('\r\n');

/** A part: its MIME header, the empty line, its body. */
const part = (type: string, body: string) => ({ mime: `Content-Type: ${type}\r\n\r\n`, body });

const multipart = (boundary: string, ...parts: { mime: string; body: string }[]) =>
  `${parts.map(({ mime, body }) => `--${boundary}\r\n${mime}${body}\r\n`).join('')}--${boundary}--\r\n`;

const gif = part('image/gif', 'GIF89a');
const plain = part('text/plain', 'Wichtig\r\n.\r\n\r\n');
const rich = part('text/richtext', '<bold>Hi</bold>');
const octets = part('application/octet-stream', 'a\r\nb');

const alternative = part('multipart/alternative; boundary=alt', multipart('alt', plain, rich));
const innerHeader = crlf('Subject: inner', 'Content-Type: multipart/mixed; boundary=in', '', '');
const innerText = multipart('in', plain, alternative);
const simpleInner = crlf('From: x@example.org', 'Subject: simple', '', 'just text');
const message42 = part('message/rfc822', `${innerHeader}${innerText}`);
const part4 = part('multipart/mixed; boundary=four', multipart('four', gif, message42));
const message3 = part('message/rfc822', simpleInner);

const header = crlf(
  'Received: from a',
  '\tby b; Mon, 7 Feb 1994 21:52:25 -0800',
  'From: Fred <fred@example.com>',
  'SUBJECT: outer',
  ' and folded',
  'X-Twice: one',
  'x-twice: two',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=outer',
  '',
  '',
);
const text = multipart('outer', plain, octets, message3, part4);
const whole = `${header}${text}`;

describe('the sections of a message (RFC 9051 section 6.4.5.1, its own example)', () => {
  let server: TestServer;
  let client: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    client = await server.client();
    await client.append('INBOX', Buffer.from(whole, 'latin1'));
    await client.append('INBOX', Buffer.from('Subject: no body'));
    await client.append('INBOX', Buffer.from('\r\nno header'));
    await client.append('INBOX', Buffer.from('Subject: bare\nTo: x@example.com\n\nbare \xe4 line\rfeeds\n', 'latin1'));
    await client.ok('SELECT INBOX');
  });
  afterAll(() => server.stop());

  const fetchOf = async (item: string, sequence = 1) =>
    onlyFetch(await client.ok(`FETCH ${sequence} BODY.PEEK${item}`));

  it.each([
    ['', whole],
    ['HEADER', header],
    ['TEXT', text],
    ['1', plain.body],
    ['1.MIME', plain.mime],
    ['2', octets.body],
    ['3', simpleInner],
    ['3.MIME', message3.mime],
    ['3.HEADER', 'From: x@example.org\r\nSubject: simple\r\n\r\n'],
    ['3.HEADER.FIELDS (Subject)', 'Subject: simple\r\n\r\n'],
    ['3.TEXT', 'just text'],
    ['3.1', 'just text'],
    ['4', part4.body],
    ['4.1', gif.body],
    ['4.1.MIME', gif.mime],
    ['4.2.HEADER', innerHeader],
    ['4.2.HEADER.FIELDS.NOT (Content-Type)', 'Subject: inner\r\n\r\n'],
    ['4.2.TEXT', innerText],
    ['4.2.1', plain.body],
    ['4.2.2', alternative.body],
    ['4.2.2.1', plain.body],
    ['4.2.2.2', rich.body],
    ['4.2.2.2.MIME', rich.mime],
    ['HEADER.FIELDS (From)', 'From: Fred <fred@example.com>\r\n\r\n'],
    ['HEADER.FIELDS (subject FROM)', 'From: Fred <fred@example.com>\r\nSUBJECT: outer\r\n and folded\r\n\r\n'],
    ['HEADER.FIELDS (X-Twice)', 'X-Twice: one\r\nx-twice: two\r\n\r\n'],
    ['HEADER.FIELDS (X-Absent)', '\r\n'],
    ['HEADER.FIELDS (Date)', '\r\n'],
    [
      'HEADER.FIELDS.NOT (Received From Subject X-Twice)',
      'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n',
    ],
  ])('BODY[%s] is exactly these octets', async (section, octetsOfSection) => {
    const label = `BODY[${section}]`;
    expect((await fetchOf(`[${section}]`)).get(label)).toBe(octetsOfSection);
  });

  it.each(['5', '1.1.1', '2.7', '4.1.1.1', '1.HEADER', '2.TEXT', '4.HEADER', '4.2.2.9', '4294967295'])(
    'BODY[%s], which there is not, is NIL and no error: clients guess',
    async (section) => {
      expect((await fetchOf(`[${section}]`)).get(`BODY[${section}]`)).toBe('NIL');
      expect((await fetchOf(`[${section}]<3.4>`)).get(`BODY[${section}]<3>`)).toBe('NIL');
    },
  );

  it.each([
    ['[]<0.10>', 'BODY[]<0>', whole.slice(0, 10)],
    ['[]<7.1000000>', 'BODY[]<7>', whole.slice(7)],
    ['[TEXT]<3.5>', 'BODY[TEXT]<3>', text.slice(3, 8)],
    ['[4.2.2.2]<6.2>', 'BODY[4.2.2.2]<6>', 'Hi'],
    [`[]<${whole.length}.5>`, `BODY[]<${whole.length}>`, ''],
    ['[1]<4294967296.5>', 'BODY[1]<4294967296>', ''],
    ['[1]<0.9223372036854775807>', 'BODY[1]<0>', plain.body],
    ['[HEADER.FIELDS (From)]<6.4>', 'BODY[HEADER.FIELDS (From)]<6>', 'Fred'],
    ['[HEADER.FIELDS (X-Twice)]<9.3>', 'BODY[HEADER.FIELDS (X-Twice)]<9>', 'one'],
    [
      '[HEADER.FIELDS.NOT (Received From Subject X-Twice)]<0.4>',
      'BODY[HEADER.FIELDS.NOT (Received From Subject X-Twice)]<0>',
      'MIME',
    ],
  ])('a part of it, BODY%s, says where it begins and ends where the text ends', async (item, label, expected) => {
    expect((await fetchOf(item)).get(label)).toBe(expected);
  });

  it('come under the names of RFC 3501, too', async () => {
    const items = onlyFetch(await client.ok('FETCH 1 (RFC822.HEADER RFC822.TEXT RFC822 RFC822.SIZE)'));
    expect(items.get('RFC822.HEADER')).toBe(header);
    expect(items.get('RFC822.TEXT')).toBe(text);
    expect(items.get('RFC822')).toBe(whole);
    expect(items.get('RFC822.SIZE')).toBe(`${whole.length}`);
  });

  it('of a message that is no proper one are given as far as they go', async () => {
    const noBody = await fetchOf('[HEADER.FIELDS (Subject)]', 2);
    // RFC 9051 section 6.4.5.1: no empty line where the message has none
    expect(noBody.get('BODY[HEADER.FIELDS (Subject)]')).toBe('Subject: no body');
    expect((await fetchOf('[TEXT]', 2)).get('BODY[TEXT]')).toBe('');
    expect((await fetchOf('[1]', 2)).get('BODY[1]')).toBe('');
    expect((await fetchOf('[HEADER]', 3)).get('BODY[HEADER]')).toBe('\r\n');
    expect((await fetchOf('[TEXT]', 3)).get('BODY[TEXT]')).toBe('no header');
    expect((await fetchOf('[]', 4)).get('BODY[]')).toBe('Subject: bare\nTo: x@example.com\n\nbare \xe4 line\rfeeds\n');
    expect((await fetchOf('[TEXT]', 4)).get('BODY[TEXT]')).toBe('bare \xe4 line\rfeeds\n');
    expect((await fetchOf('[HEADER.FIELDS (To)]', 4)).get('BODY[HEADER.FIELDS (To)]')).toBe('To: x@example.com\n\n');
  });

  it('may be asked for many at once; each comes whole and under its own label', async () => {
    const items = onlyFetch(
      await client.ok(
        'FETCH 1 (BODY.PEEK[4.1] UID BODY.PEEK[]<0.9> BODY.PEEK[HEADER.FIELDS (From)] FLAGS BODY.PEEK[1])',
      ),
    );
    expect([...items.keys()]).toEqual([
      'BODY[4.1]',
      'UID',
      'BODY[]<0>',
      'BODY[HEADER.FIELDS (From)]',
      'FLAGS',
      'BODY[1]',
    ]);
    expect(items.get('BODY[4.1]')).toBe('GIF89a');
    expect(items.get('BODY[1]')).toBe(plain.body);
  });
});

describe('a message attached in an encoding (RFC 6532 section 3.7 allows it, and programs do it)', () => {
  let server: TestServer;
  let client: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    client = await server.client();
  });
  afterAll(() => server.stop());

  const inner = `${innerHeader}${innerText}`;
  const deeper = (text: string) =>
    `Subject: deeper\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines(text)}`;
  const lines = (text: string) => Buffer.from(text, 'latin1').toString('base64').replace(/.{76}/g, '$&\r\n');
  const attached = (encoding: string, body: string) =>
    multipart('outer', plain, { mime: `Content-Type: message/rfc822\r\n${encoding}\r\n`, body });
  const mailOf = (parts: string) =>
    Buffer.from(`Content-Type: multipart/mixed; boundary=outer\r\n\r\n${parts}`, 'latin1');

  it.each([
    ['base64', 'Content-Transfer-Encoding: base64\r\n', lines(inner)],
    ['quoted-printable', 'Content-Transfer-Encoding: quoted-printable\r\n', inner.replaceAll('=', '=3D')],
    ['said to be base64, and none', 'Content-Transfer-Encoding: base64\r\n', inner],
  ])('has the structure and the sections of what it is: %s', async (name, field, body) => {
    const box = `encoded${name.length}`;
    await client.ok(`CREATE ${box}`);
    for (const mail of [attached('', inner), attached(field, body)]) await client.append(box, mailOf(mail));
    await client.ok(`SELECT ${box}`);
    const sections = [
      'HEADER',
      'TEXT',
      '1',
      '1.MIME',
      '2',
      '2.MIME',
      '2.1',
      '2.2',
      '3',
      'HEADER.FIELDS (SUBJECT)',
      '1]<4.5>',
    ];
    const peeks = sections.map((section) => `BODY.PEEK[2.${section}${section.includes(']') ? '' : ']'}`);
    const items = [...peeks, 'BINARY.PEEK[2.2.1]', 'BINARY.SIZE[2.1]'].join(' ');
    const [plainly, encoded] = [await client.ok(`FETCH 1 (${items})`), await client.ok(`FETCH 2 (${items})`)];
    expect(onlyFetch(encoded)).toEqual(onlyFetch(plainly));
    const structure = async (sequence: number) =>
      onlyFetch(await client.ok(`FETCH ${sequence} BODY`))
        .get('BODY')!
        .replace(/"message" "rfc822" NIL NIL NIL "[^"]+" \d+/, '')
        .replace(/ \d+\) "mixed"\)$/, '');
    expect(await structure(2)).toBe(await structure(1));
    expect(onlyFetch(await client.ok('FETCH 2 BODY.PEEK[2]')).get('BODY[2]')).toBe(body);
  });

  it('is found inside of another one, too', async () => {
    await client.ok('CREATE deeper');
    await client.append('deeper', mailOf(attached('Content-Transfer-Encoding: base64\r\n', lines(deeper(inner)))));
    await client.ok('SELECT deeper');
    const items = onlyFetch(await client.ok('FETCH 1 (BODY.PEEK[2.1.2.1] BODY.PEEK[2.1.HEADER] BINARY.PEEK[2.1])'));
    expect([...items.values()]).toEqual([plain.body, innerHeader, inner]);
  });
});

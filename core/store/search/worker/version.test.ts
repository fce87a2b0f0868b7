import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { type IndexedMessage, indexMessage } from './indexed-message.ts';
import { VERSION } from './search-database.ts';
import { SignatureMaker } from './signature.ts';

/** Mail that takes every way through core/mail/search and the index. */
const MAIL = [
  'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= and =?iso-8859-1?B?4A==?=\r\nFrom: A (comment) <a@example.org>\r\n' +
    'Date: Mon, 15 Jan 2024 23:30:00 -0200\r\nTo: b@example.org,\r\n c@example.org\r\nno field\r\n\r\nText ÄÖ ﬁ\r\n',
  'Subject: x\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\npreamble\r\n--cut\r\n' +
    'Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n' +
    '<p>One<br>tw<b>o</b></p>=C3=A9 &eacute;&#8212;<style>s</style>\r\n--cut\r\n' +
    "Content-Type: application/pdf; name*=utf-8''%e2%82%ac.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--cut\r\n" +
    'Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninside\r\n--cut--\r\nepilogue',
  'Subject: =?utf-8?Q?a=0Ab?=\r\n\r\n',
  'Content-Type: text/html\r\n\r\n&#xD83D;',
  'Content-Type: text/plain; charset=iso-2022-jp\r\nContent-Transfer-Encoding: base64\r\n\r\nGyRCRnxLXBsoQg==\r\n',
];

/**
 * An index that an older program made answers as that one searched. Whoever changes what is searched (this fails then)
 * raises VERSION, so that it is made anew, and writes both numbers here.
 */
it('is raised when what is indexed of a message changes, or the old index would answer as the old program did', () => {
  const maker = new SignatureMaker();
  const hash = createHash('sha256');
  for (const [i, mail] of MAIL.entries()) {
    const message = indexMessage(i, Buffer.from(mail), maker);
    for (const name of Object.keys(message).sort() as (keyof IndexedMessage)[]) {
      const value = message[name];
      for (const piece of typeof value === 'number' ? [`${value}`] : value instanceof Uint8Array ? [value] : value) {
        hash.update(`${name} `).update(piece);
      }
    }
  }
  expect({ version: VERSION, content: hash.digest('hex').slice(0, 16) }).toEqual({
    version: 3,
    content: 'e86cc156b3e33c8f',
  });
});

import type { Random } from './base/random.ts';

export interface Welcome {
  /** ASCII. */
  readonly userName: string;
  /** The name of the machine the server runs on. */
  readonly host: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  readonly random: Random;
}

/** The first message in the first INBOX: shows that all works, and says what to do next (RFC 5322, RFC 2045). */
export function welcomeMessage(welcome: Welcome): Uint8Array {
  const text = [...header(welcome), '', ...body(welcome), ''].join('\r\n');
  return Buffer.from(text, 'ascii');
}

function header({ userName, host, now, random }: Welcome): string[] {
  const domain = domainOf(host);
  return [
    `Date: ${new Date(now).toUTCString().replace('GMT', '+0000')}`,
    `From: Mailroom <mailroom@${domain}>`,
    `To: <${userName}@${domain}>`,
    'Subject: Welcome to Mailroom',
    `Message-ID: <${Buffer.from(random(16)).toString('hex')}@${domain}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    'Content-Transfer-Encoding: 7bit',
  ];
}

function body({ userName, host }: Welcome): string[] {
  return [
    `Hello ${userName},`,
    '',
    'if you can read this in your mail client, your mail server works.',
    '',
    'What to type into a mail client (choose "IMAP"):',
    '',
    `  Server       ${printable(host)}, or localhost on the computer Mailroom runs on`,
    '  Port         993 with SSL/TLS; Thunderbird: 143 with STARTTLS',
    '               (1993 and 1143 if Mailroom said so when it started)',
    `  User name    ${userName}, unless you have chosen another`,
    '  Password     the one you have chosen, or that was printed at the first start',
    '',
    'Mailroom made its own certificate, so the client asks whether to trust',
    'it. That is as it should be. Thunderbird asks at port 143 only. So that',
    'nobody is asked, at any port, let Mailroom be the certificate authority',
    'of your office and install its root certificate on your computers:',
    '',
    command('certificate authority make', 'or in the window: IMAP4, Encryption'),
    '',
    'What you may want next, at the command line:',
    '',
    command('user add karen', 'another user, with a password made up'),
    command(`user passwd ${userName}`, 'a new password for yourself'),
    command(`import ${userName} Archive old.mbox`, 'the mail you have elsewhere'),
    command('settings list', 'everything that can be set'),
    command('--help', 'all the rest'),
    '',
    'You may delete this message.',
  ];
}

function command(words: string, does: string): string {
  return `  ${`mailroom ${words}`.padEnd(38)} ${does}`;
}

/** A domain that RFC 5322 section 3.4.1 allows, whatever the machine is called. */
function domainOf(host: string): string {
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host) && !host.includes('..') ? host : 'localhost';
}

function printable(host: string): string {
  return host.replace(/[^\x21-\x7e]/g, '?');
}

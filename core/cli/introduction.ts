import { hostname } from 'node:os';
import type { FirstUser } from '../first-start.ts';
import type { Binding } from '../settings/binding.ts';

/** Where it listens: the port is the one it really has. */
export type Listener = Binding;

/** The one line for programs that start us: `ready imap=HOST:PORT imaps=HOST:PORT data=PATH`; `-` for what is not there. */
export function readyLine(listeners: readonly Listener[], data: string): string {
  const plain = listeners.find(({ encryption }) => encryption !== 'tls');
  const tls = listeners.find(({ encryption }) => encryption === 'tls');
  return `ready imap=${placeOf(plain)} imaps=${placeOf(tls)} data=${data}\n`;
}

/** What the first start tells, once. */
export function introduction({ userName, password }: FirstUser, listeners: readonly Listener[]): string {
  const tls = listeners.find(({ encryption }) => encryption === 'tls');
  const plain = listeners.find(({ encryption }) => encryption !== 'tls');
  const ports = [tls && `${tls.port} with SSL/TLS`, plain && `${plain.port} with STARTTLS`].filter((text) => text);
  const [scheme, first] = tls === undefined ? ['imap', plain] : ['imaps', tls];
  return `
This is the first start. There is one user, and a message waits in the INBOX. Into a mail client type (IMAP):

  Server      ${serverOf(first)}
  Port        ${ports.join(', or ')}
  User name   ${userName}
  Password    ${password}

or paste: ${scheme}://${userName}@${placeOf(first)}/

The password is shown this once; "mailroom user passwd ${userName}" makes a new one. Mailroom made its own certificate,
so the client asks whether to trust it; Thunderbird does so with STARTTLS only. "mailroom certificate authority make" and its
root on your computers make an end of questions.

`;
}

/**
 * Where a person opens the settings window in a browser. What is behind `#` stays in the browser: the token is in no
 * request line, no Referer and no log.
 */
export function windowAddress({ port, token }: { readonly port: number; readonly token: string }): string {
  return `http://127.0.0.1:${port}/#token=${token}`;
}

/**
 * Where the window is, for people who start the server.
 * @param toPerson it goes to a screen; else to a log that more people read than the data folder, and the token is the
 *   key to everything
 */
export function windowLine(access: { readonly port: number; readonly token: string }, toPerson: boolean): string {
  if (toPerson) return `The settings window: ${windowAddress(access)}\n`;
  const [address] = windowAddress(access).split('#');
  return `The settings window: ${address} ("mailroom window" prints the address that lets you in)\n`;
}

/** What must not get lost when the first start comes to nothing. */
export function firstPassword({ userName, password }: FirstUser): string {
  return `The first start made the user ${userName} with the password ${password}, shown this once.\n`;
}

function serverOf(listener: Listener | undefined): string {
  if (listener?.address !== '*') return listener?.address ?? 'localhost';
  return `localhost on this computer, ${hostname()} from others`;
}

/** Where a program on this computer reaches it. */
function placeOf(listener: Listener | undefined): string {
  if (listener === undefined) return '-';
  const host = listener.address === '*' ? 'localhost' : listener.address;
  return `${host.includes(':') ? `[${host}]` : host}:${listener.port}`;
}

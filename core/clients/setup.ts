import type { LoginName } from '../settings/pages/clients.ts';
import type { ClientServer } from './servers.ts';

/** The mail programs that the setup page explains. */
export const clientKinds = ['outlook', 'thunderbird', 'phone'] as const;
export type ClientKind = (typeof clientKinds)[number];

/** What is typed into a mail program. */
export interface ClientSetup {
  readonly client: ClientKind;
  readonly server: string;
  readonly port: number;
  /** As that program's own field says it. */
  readonly encryption: string;
  /** As that program's own field says it; undefined: it has none. */
  readonly authentication: string | undefined;
  readonly userName: string | undefined;
}

/** The words that the programs themselves use. */
const words: Readonly<
  Record<ClientKind, { readonly tls: string; readonly starttls: string; readonly authentication: string | undefined }>
> = {
  outlook: { tls: 'SSL/TLS', starttls: 'STARTTLS', authentication: undefined },
  thunderbird: { tls: 'SSL/TLS', starttls: 'STARTTLS', authentication: 'Normal password' },
  phone: { tls: 'SSL/TLS', starttls: 'STARTTLS', authentication: 'Password' },
};

/**
 * The values for each mail program, with the best server; none without servers.
 * @param selfSigned the certificate is: Thunderbird's set-up then finds no server that begins with TLS, and takes one with
 *   STARTTLS, where it offers an exception
 */
export function clientSetups(
  servers: readonly ClientServer[],
  userName: string | undefined,
  selfSigned: boolean,
): readonly ClientSetup[] {
  const [best] = servers;
  if (best === undefined) return [];
  return clientKinds.map((client) => {
    const other = client === 'thunderbird' && selfSigned ? servers.find(isStartTls) : undefined;
    const { host, port, encryption } = other ?? best;
    const { authentication } = words[client];
    return { client, server: host, port, encryption: words[client][encryption], authentication, userName };
  });
}

function isStartTls({ encryption }: ClientServer): boolean {
  return encryption === 'starttls';
}

/** What a user types: his name as it is here, which may be an address already. */
export function userNameFor(user: string, domain: string | undefined, loginName: LoginName): string {
  return loginName === 'localPart' || user.includes('@') || domain === undefined ? user : `${user}@${domain}`;
}

/** The text of a QR code, such as `imaps://karen@mail.example.org:993`; `imap:` stands for STARTTLS. */
export function setupUrl({ host, port, encryption }: ClientServer, userName: string | undefined): string {
  const user = userName === undefined ? '' : `${encodeURIComponent(userName.toWellFormed())}@`;
  return `${encryption === 'tls' ? 'imaps' : 'imap'}://${user}${host}:${port}`;
}

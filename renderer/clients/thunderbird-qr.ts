import type { ClientServer, ClientsInfo } from '../../core/admin/contract.ts';

const FORMAT = 1;
const IMAP = 0;
const SMTP = 0;
/** The password goes as it is, inside TLS. */
const PASSWORD = 1;
const security: Readonly<Record<ClientServer['encryption'], number>> = { starttls: 2, tls: 3 };

/**
 * What Thunderbird for Android imports from a QR code: its "Export for Mobile" format, version 1. An account in it has a
 * mail address in ASCII and an outgoing server; undefined while one of them is not known.
 */
export function thunderbirdQr({
  servers,
  outgoing,
  userName,
  domain,
}: Pick<ClientsInfo, 'servers' | 'outgoing' | 'userName' | 'domain'>): string | undefined {
  const [incoming] = servers;
  const address = addressOf(userName, domain);
  if (incoming === undefined || outgoing === undefined || userName === undefined || address === undefined)
    return undefined;
  const account = [IMAP, ...placeOf(incoming), PASSWORD, userName];
  const sending = [SMTP, ...placeOf(outgoing), PASSWORD, userName];
  // The one code of a sequence of one; the account's name is its address, and so is the sender's for now.
  return JSON.stringify([FORMAT, [1, 1], account, [[sending, [address, address]]]]);
}

function placeOf({ host, port, encryption }: ClientServer): readonly [string, number, number] {
  return [host, port, security[encryption]];
}

function addressOf(userName: string | undefined, domain: string | undefined): string | undefined {
  if (userName === undefined || (domain === undefined && !userName.includes('@'))) return undefined;
  const address = userName.includes('@') ? userName : `${userName}@${domain}`;
  return /^[\x21-\x7e]+$/.test(address) ? address : undefined;
}

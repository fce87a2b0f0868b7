import { fetchedMailLimits } from '../base/limits.ts';

interface Place {
  readonly host: string;
  readonly port: number;
  readonly userName: string;
}

/** What the errors of sockets, TLS and the IMAP client have in common. */
interface Told {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly responseText?: unknown;
  readonly authenticationFailed?: unknown;
}

const closedAtOnce =
  'the connection was cut before anybody was let in; check port and encryption, or run it again later';

const untrusted = 'its certificate is not trusted by this computer; add its issuer to the trusted ones';

const remedies: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host; check how it is spelled',
  EAI_AGAIN: 'the name could not be looked up; is this computer connected to the network?',
  ECONNREFUSED: 'nothing listens there; check host and port',
  ECONNRESET: 'the connection was cut; check port and encryption, then run it again',
  ETIMEDOUT: 'it does not answer; check host, port and firewalls',
  CONNECT_TIMEOUT: 'it does not answer; check host, port and firewalls',
  GREETING_TIMEOUT: 'it does not greet; check port and encryption',
  UPGRADE_TIMEOUT: 'it does not answer to STARTTLS; choose another encryption',
  ClosedAfterConnectTLS: closedAtOnce,
  ClosedAfterConnectText: closedAtOnce,
  EPROTO: 'it does not speak TLS on this port; choose STARTTLS or none, or another port',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on this port; choose STARTTLS or none, or another port',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; use the name that is in it',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed and not trusted by this computer',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: 'its certificate has expired; it must be renewed there',
  NoConnection: 'the connection was lost; run it again, what is here already is left out',
  EConnectionClosed: 'the connection was lost; run it again, what is here already is left out',
  ETIMEOUT: 'it has not answered for minutes; run it again, what is here already is left out',
  LiteralTooLarge: 'a message is larger than the server said, and larger than the largest message may be here',
};

/**
 * Why the other server gives nothing, for people. Never what was sent to it: the password was among that.
 * @param goodbye what it said in its BYE, if it did
 */
export function sourceFailure(failure: unknown, { host, port, userName }: Place, goodbye?: string): string {
  const { code, message, responseText, authenticationFailed } = (failure ?? {}) as Told;
  const words = typeof responseText === 'string' && responseText !== '' ? responseText : goodbye;
  const said = words === undefined || words === '' ? '' : ` (${bounded(words)})`;
  if (authenticationFailed === true) return `${host} does not let ${userName} in: check name and password${said}`;
  const known = typeof code === 'string' ? remedies[code] : undefined;
  if (known !== undefined) return `${host}:${port}: ${known}${said}`;
  return `${host}:${port}: ${said === '' ? bounded(String(message ?? 'it failed')) : `the server refuses${said}`}`;
}

function bounded(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').slice(0, fetchedMailLimits.text);
}

import { Malformed, Refused } from '../../base/errors.ts';
import { saslText } from './text.ts';

/**
 * The messages of SCRAM (RFC 5802 section 7). A value may hold any character but NUL and the comma, so splitting at
 * commas is all the tokenizing there is.
 */

/** What a connection may be bound by: RFC 9266, RFC 5929 section 4, RFC 5929 section 3. */
export const channelBindingTypes = ['tls-exporter', 'tls-server-end-point', 'tls-unique'] as const;

/** `gs2-cbind-flag = ("p=" cb-name) / "n" / "y"` */
export type BindingFlag =
  | { readonly kind: 'none' }
  | { readonly kind: 'thoughtUnsupported' }
  | { readonly kind: 'type'; readonly type: string };

export interface ClientFirst {
  readonly binding: BindingFlag;
  readonly authorizeAs: string;
  /** As sent, to be compared with `c=` of the second message. */
  readonly gs2Header: string;
  readonly userName: string;
  readonly nonce: string;
  /** As sent, the first part of the AuthMessage. */
  readonly bare: string;
}

/**
 * `client-first-message = gs2-cbind-flag "," [authzid] "," [reserved-mext ","] username "," nonce ["," extensions]`
 * @throws Malformed; Refused for a mandatory extension, which we have none of.
 */
export function parseClientFirst(octets: Uint8Array): ClientFirst {
  const fields = fieldsOf(octets);
  const [flag = '', authzid = '', ...bare] = fields;
  if (bare[0]?.startsWith('m=')) throw new Refused('AUTHENTICATIONFAILED', 'SCRAM extensions are not supported'); // RFC 5802 5.1
  const [userName, nonce, ...extensions] = bare;
  checkExtensions(extensions);
  return {
    binding: bindingFlag(flag),
    authorizeAs: authzid === '' ? '' : saslName(attribute('a', authzid)),
    gs2Header: `${flag},${authzid},`,
    userName: saslName(attribute('n', userName)),
    nonce: printable(attribute('r', nonce)),
    bare: bare.join(','),
  };
}

export interface ClientFinal {
  /** `cbind-input = gs2-header [cbind-data]` */
  readonly channelBinding: Uint8Array;
  readonly nonce: string;
  readonly proof: Uint8Array;
  /** As sent, the last part of the AuthMessage. */
  readonly withoutProof: string;
}

/**
 * `client-final-message = channel-binding "," nonce ["," extensions] "," proof`
 * @throws Malformed.
 */
export function parseClientFinal(octets: Uint8Array): ClientFinal {
  const fields = fieldsOf(octets);
  const proof = base64(attribute('p', fields.at(-1)));
  const [channelBinding, nonce, ...extensions] = fields.slice(0, -1);
  checkExtensions(extensions);
  return {
    channelBinding: base64(attribute('c', channelBinding)),
    nonce: printable(attribute('r', nonce)),
    proof,
    withoutProof: fields.slice(0, -1).join(','),
  };
}

function fieldsOf(octets: Uint8Array): string[] {
  const text = saslText(octets, 'SCRAM');
  if (text.includes('\0')) throw wrong();
  return text.split(',');
}

function attribute(name: string, field: string | undefined): string {
  if (!field?.startsWith(`${name}=`) || field.length < 3) throw wrong();
  return field.slice(2);
}

function bindingFlag(flag: string): BindingFlag {
  if (flag === 'n') return { kind: 'none' };
  if (flag === 'y') return { kind: 'thoughtUnsupported' };
  const type = /^p=([A-Za-z0-9.-]+)$/.exec(flag)?.[1];
  if (type === undefined) throw wrong(); // RFC 5802 5: otherwise the message is invalid
  return { kind: 'type', type };
}

/** `saslname = 1*(value-safe-char / "=2C" / "=3D")` */
function saslName(value: string): string {
  if (/=(?!2C|3D)/.test(value)) throw wrong(); // RFC 5802 5.1: MUST fail the authentication
  return value.replaceAll('=2C', ',').replaceAll('=3D', '=');
}

function printable(value: string): string {
  if (!/^[\x21-\x7e]+$/.test(value)) throw wrong();
  return value;
}

function base64(value: string): Uint8Array {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)) throw wrong();
  return Buffer.from(value, 'base64');
}

/** RFC 5802 5.1: unknown optional extensions MUST be ignored, when they are attributes at all. */
function checkExtensions(fields: readonly string[]): void {
  if (!fields.every((field) => /^[A-Za-z]=./su.test(field))) throw wrong();
}

function wrong(): Malformed {
  return new Malformed('The response does not follow the grammar of SCRAM (RFC 5802 section 7)');
}

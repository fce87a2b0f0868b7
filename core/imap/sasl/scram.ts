import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ScramCredentials } from '../../base/authentication.ts';
import { Malformed, Refused } from '../../base/errors.ts';
import { emptyChallenge, type SaslContext, type SaslExchange, type SaslMechanism } from './mechanism.ts';
import {
  type BindingFlag,
  type ClientFinal,
  channelBindingTypes,
  parseClientFinal,
  parseClientFirst,
} from './scram-messages.ts';

/** `printable` without what a careless client would split or quote at. */
const nonceAlphabet = "!#$%&'()*+-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
/** Characters of our part of the nonce: RFC 5802 section 5.1 wants it unforeseeable, and these are 194 bits. */
const nonceLength = 30;

export const scramSha256: SaslMechanism = {
  name: 'SCRAM-SHA-256',
  plaintext: false,
  bindsChannel: false,
  start: (context, initialResponse) => exchange(context, initialResponse, false),
};

export const scramSha256Plus: SaslMechanism = {
  name: 'SCRAM-SHA-256-PLUS',
  plaintext: false,
  bindsChannel: true,
  start: (context, initialResponse) => exchange(context, initialResponse, true),
};

/** RFC 5802 section 5 with SHA-256 (RFC 7677): two messages each way, the client's proof before ours. */
async function* exchange(context: SaslContext, initial: Uint8Array | undefined, plus: boolean): SaslExchange {
  const first = parseClientFirst(initial ?? (yield emptyChallenge));
  const binding = bindingData(context, first.binding, plus);
  const { authenticator, peer } = context;
  const credentials = await authenticator.scramCredentials(first.userName, peer);

  const nonce = first.nonce + newNonce(context);
  const serverFirst = `r=${nonce},s=${toBase64(credentials.salt)},i=${credentials.iterations}`;
  const final = parseClientFinal(yield Buffer.from(serverFirst));

  if (final.nonce !== nonce) throw new Malformed('The nonce is not the one that was sent'); // RFC 5802 5.1: MUST verify
  if (!equal(final.channelBinding, Buffer.concat([Buffer.from(first.gs2Header), binding]))) {
    throw new Refused(
      'AUTHENTICATIONFAILED',
      'This is not the TLS connection the client sees: something stands between',
    );
  }
  const authMessage = `${first.bare},${serverFirst},${final.withoutProof}`;
  if (!proves(final, credentials, authMessage)) {
    throw authenticator.scramFailed(first.userName, peer);
  }
  const user = await authenticator.scramSucceeded(first.userName, peer, first.authorizeAs);
  // IMAP's OK carries no SASL data, so the server's proof goes as a challenge that the client answers with nothing.
  const nothing = yield Buffer.from(`v=${toBase64(hmac(credentials.serverKey, authMessage))}`); // RFC 9051 6.2.2
  if (nothing.length > 0) throw new Malformed('Nothing was expected after the last message of SCRAM');
  return user;
}

function newNonce(context: SaslContext): string {
  return Array.from(context.random(nonceLength), (octet) => nonceAlphabet[octet % nonceAlphabet.length]).join('');
}

/** What the client's `c=` must end with. @throws Refused AUTHENTICATIONFAILED. */
function bindingData(context: SaslContext, flag: BindingFlag, plus: boolean): Uint8Array {
  const types = channelBindingTypes.filter((type) => context.channelBinding(type) !== undefined);
  // RFC 5802 6: "y" from a client to which we offered -PLUS means somebody took it out of our list on the way.
  if (flag.kind === 'thoughtUnsupported' && types.length > 0)
    throw mismatch('the server does offer SCRAM-SHA-256-PLUS');
  if (plus !== (flag.kind === 'type')) throw mismatch('channel binding and SCRAM-SHA-256-PLUS go together');
  if (flag.kind !== 'type') return emptyChallenge;
  const known = types.find((type) => type === flag.type);
  const data = known && context.channelBinding(known);
  if (data === undefined) throw mismatch(`this connection can be bound by ${types.join(', ') || 'nothing'} only`); // RFC 5802 6
  return data;
}

function mismatch(reason: string): Refused {
  return new Refused('AUTHENTICATIONFAILED', `Channel binding failed: ${reason}`);
}

/** RFC 5802 section 3: ClientKey = ClientProof XOR ClientSignature, and H(ClientKey) is what we store. */
function proves(final: ClientFinal, credentials: ScramCredentials, authMessage: string): boolean {
  const signature = hmac(credentials.storedKey, authMessage);
  if (final.proof.length !== signature.length) return false;
  const clientKey = signature.map((octet, index) => octet ^ final.proof[index]!);
  return equal(createHash('sha256').update(clientKey).digest(), credentials.storedKey);
}

function hmac(key: Uint8Array, text: string): Uint8Array {
  return createHmac('sha256', key).update(text).digest();
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function toBase64(octets: Uint8Array): string {
  return Buffer.from(octets).toString('base64');
}

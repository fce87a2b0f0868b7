import type { AuthenticatedUser } from '../../base/authentication.ts';
import { Malformed, Refused } from '../../base/errors.ts';
import { emptyChallenge, type SaslContext, type SaslExchange, type SaslMechanism } from '../sasl/mechanism.ts';
import { findMechanism, offeredMechanisms } from '../sasl/mechanisms.ts';
import type { Session } from '../session/session.ts';
import type { Command } from './command.ts';
import { enter, requirePrivacy } from './login.ts';

interface AuthenticateArguments {
  readonly mechanism: string;
  /** The initial response of RFC 4959, decoded. */
  readonly initialResponse: Uint8Array | undefined;
}

/** AUTHENTICATE (RFC 9051 section 6.2.2). */
export const authenticate: Command<AuthenticateArguments> = {
  name: 'AUTHENTICATE',
  states: ['notAuthenticated'],
  mayExpunge: false,
  capabilities: (session) =>
    session.state === 'notAuthenticated'
      ? ['SASL-IR', ...offered(session).map(({ name }) => `AUTH=${name}`)]
      : ['SASL-IR'],
  parse(reader) {
    reader.expectSpace();
    const mechanism = reader.expectAtom('a SASL mechanism').toUpperCase();
    const initialResponse = reader.space() ? fromBase64(reader.rest(), true) : undefined;
    reader.expectEnd();
    return { mechanism, initialResponse };
  },
  run(session, { mechanism: name, initialResponse }) {
    const mechanism = findMechanism(name);
    // RFC 9051 6.2.2: a mechanism that is not there is refused with NO, so that the client tries its next one
    if (mechanism === undefined)
      throw new Refused('CANNOT', `No such mechanism; there are ${namesOf(offered(session))}`);
    if (mechanism.plaintext || session.transport.tlsRequired) requirePrivacy(session);
    return enter(session, () => converse(session, mechanism.start(contextOf(session), initialResponse)));
  },
};

/** Passes challenges and responses between the client and the mechanism until it knows the user. */
async function converse(session: Session, exchange: SaslExchange): Promise<AuthenticatedUser> {
  let step = await exchange.next(emptyChallenge);
  while (!step.done) {
    session.writer.text(`+ ${Buffer.from(step.value).toString('base64')}\r\n`);
    const line = await session.transport.nextLine();
    // RFC 9051 6.2.2: a lone "*" cancels, and the answer is BAD
    if (line.length === 1 && line[0] === 0x2a) throw new Malformed('Authentication cancelled');
    step = await exchange.next(fromBase64(line, false));
  }
  return step.value;
}

function contextOf({ dependencies, transport }: Session): SaslContext {
  return {
    authenticator: dependencies.authenticator,
    peer: transport,
    random: dependencies.random,
    channelBinding: (type) => transport.channelBinding(type),
  };
}

function offered(session: Session): readonly SaslMechanism[] {
  return offeredMechanisms({
    plaintextAllowed: session.plaintextLoginAllowed,
    channelBinding: (type) => session.transport.channelBinding(type),
  });
}

function namesOf(mechanisms: readonly SaslMechanism[]): string {
  return mechanisms.map(({ name }) => name).join(', ');
}

/** @throws Malformed for what is not base64 (RFC 4648 section 4); `=` alone is an empty initial response (RFC 4959). */
function fromBase64(octets: Uint8Array, initial: boolean): Uint8Array {
  const text = Buffer.from(octets).toString('latin1');
  if (initial && text === '=') return emptyChallenge;
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new Malformed('The response is not base64');
  return Buffer.from(text, 'base64');
}

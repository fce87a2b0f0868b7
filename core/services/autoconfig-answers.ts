import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { autoconfigLimits } from '../base/limits.ts';
import { autoconfigXml } from '../clients/autoconfig.ts';
import { autodiscoverError, autodiscoverXml, outlookSchema } from '../clients/autodiscover.ts';
import { readAutodiscoverRequest } from '../clients/autodiscover-request.ts';
import { emailParts } from '../clients/email.ts';
import { isHostName } from '../settings/host-name.ts';
import type { ClientFacts } from './client-settings.ts';

export interface AutoconfigAnswersOptions {
  readonly facts: () => ClientFacts;
  readonly clock: Clock;
}

/** Paths in small letters: Outlook writes them in several ways. */
const thunderbirdPaths: ReadonlySet<string> = new Set([
  '/.well-known/autoconfig/mail/config-v1.1.xml',
  '/mail/config-v1.1.xml',
]);
const outlookPath = '/autodiscover/autodiscover.xml';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one request. Users are looked up nowhere, so that an answer cannot tell who there is. */
export async function answerAutoconfig(
  request: IncomingMessage,
  response: ServerResponse,
  options: AutoconfigAnswersOptions,
): Promise<void> {
  try {
    send(response, await answerTo(request, options));
  } catch {
    request.socket.destroy(); // it went away while it was sending
  }
}

async function answerTo(request: IncomingMessage, options: AutoconfigAnswersOptions): Promise<Answer> {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  if (path.toLowerCase() === outlookPath) {
    return request.method === 'POST' ? toOutlook(request, options) : wrongMethod('POST');
  }
  if (!thunderbirdPaths.has(path.toLowerCase())) return plain(404, 'Nothing is here');
  return request.method === 'GET' ? toThunderbird(request, query, options.facts()) : wrongMethod('GET');
}

function toThunderbird({ headers }: IncomingMessage, query: string, facts: ClientFacts): Answer {
  const email = new URLSearchParams(query).get('emailaddress');
  const domain = emailParts(email ?? '')?.domain ?? domainOfHost(headers.host) ?? facts.domain;
  if (domain === undefined || facts.incoming.length === 0) return notReady;
  return xml(autoconfigXml(domain, facts));
}

/** The domain that was asked for by name, such as `autoconfig.example.org:80`. */
function domainOfHost(host: string | undefined): string | undefined {
  const name = /^(?:autoconfig\.)?([^:]+)(?::\d{1,5})?$/i.exec(host ?? '')?.[1]?.toLowerCase();
  return name?.includes('.') && isHostName(name) ? name : undefined;
}

async function toOutlook(request: IncomingMessage, { facts, clock }: AutoconfigAnswersOptions): Promise<Answer> {
  if (request.headers['content-encoding'] !== undefined) return plain(415, 'The request must not be compressed');
  const octets = await bodyOf(request);
  if (octets === undefined) return plain(413, `A request has at most ${autoconfigLimits.body} octets`);
  const asked = readAutodiscoverRequest(new TextDecoder().decode(octets));
  if (asked === undefined) return xml(autodiscoverError(600, clock.now()));
  const { email, schema = outlookSchema } = asked;
  const known = facts();
  // Phones ask for Exchange ActiveSync here, which is another protocol.
  if (schema !== outlookSchema || known.incoming.length === 0) return xml(autodiscoverError(601, clock.now()));
  return xml(autodiscoverXml(email, known));
}

/** Undefined: it is too large. Rejects when the connection ends on the way. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= autoconfigLimits.body) chunks.push(chunk);
    if (size > autoconfigLimits.dropped) break;
  }
  return size > autoconfigLimits.body ? undefined : Buffer.concat(chunks);
}

const notReady = plain(503, 'The mail service does not run, or has no name that other computers know');

function wrongMethod(allow: string): Answer {
  return { ...plain(405, `Use ${allow}`), headers: { allow } };
}

function plain(status: number, text: string): Answer {
  return { status, text: `${text}\n` };
}

function xml(text: string): Answer {
  return { status: 200, text, headers: { 'content-type': 'text/xml; charset=utf-8' } };
}

function send(response: ServerResponse, { status, text, headers }: Answer): void {
  const always = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', connection: 'close' };
  response
    .writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      ...headers,
      ...always,
      'content-length': Buffer.byteLength(text),
    })
    .end(text);
}

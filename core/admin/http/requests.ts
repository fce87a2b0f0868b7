import type { IncomingMessage, ServerResponse } from 'node:http';
import { downloadLimits, uploadLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import { plainAddress } from '../../base/network.ts';
import { type AdminApi, contractVersion } from '../contract.ts';
import type { TransferFiles } from '../files/transfer-files.ts';
import { isCallName } from '../service.ts';
import { receiveUpload, sendDownload } from './bulk.ts';
import type { EventStreams } from './event-streams.ts';
import { jsonBody } from './json-body.ts';
import type { Connection } from './listener.ts';
import { isOwnHost, isOwnOrigin, type OwnNames } from './own-origin.ts';
import type { PasswordDoor } from './password-door.ts';
import { NONCE_HEADER, PROOF_HEADER, sendFailure, sendResult, VERSION_HEADER } from './replies.ts';
import type { TokenBuckets } from './token-bucket.ts';
import type { Caller, Tokens } from './tokens.ts';

export interface RequestOptions {
  readonly admin: AdminApi;
  readonly own: OwnNames;
  readonly tokens: Tokens;
  readonly streams: EventStreams;
  /** What requests without a valid token take from. */
  readonly strangers: TokenBuckets;
  /** What logins take from: apart from the others, so that windows left open never keep the right password out. */
  readonly attempts: TokenBuckets;
  readonly connection: Connection;
  /** Proves to programs of this machine that we are the server they look for. */
  readonly prove?: ((nonce: string) => string) | undefined;
  /** Gives tokens for the administrator password. */
  readonly door?: PasswordDoor | undefined;
  /** Serves the window: whatever is not below `/api/`. Looks at no token, since a page must load before it can send one. */
  readonly window?: FileHandler | undefined;
  /** Takes files for imports, and gives what was exported. */
  readonly files: TransferFiles;
  readonly logger: Logger;
}

/** False: there is no such file. It sets the headers that keep its pages safe. */
export type FileHandler = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

const API = '/api/v1/';
const DOWNLOADS = `${API}downloads/`;

/** Answers one request. Never rejects. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: RequestOptions,
): Promise<void> {
  try {
    await route(request, response, options);
  } catch (failure) {
    if (response.destroyed || request.errored || request.destroyed) return void response.destroy();
    options.logger.error(
      { err: failure, path: pathOf(request) },
      'a request for the administration failed through a bug',
    );
    sendFailure(response, 500, 'internal', 'This is a bug of ours; the log has more');
  }
}

async function route(request: IncomingMessage, response: ServerResponse, options: RequestOptions): Promise<void> {
  if (!isOwnHost(request, options.own)) {
    return sendFailure(response, 403, 'refused', 'This server is not called that: use its address and port');
  }
  if (!isOwnOrigin(request, options.own)) return sendFailure(response, 403, 'refused', 'Other sites may not ask this');
  const path = pathOf(request);
  if (!path.startsWith('/api/')) {
    if (!(await options.window?.(request, response))) sendFailure(response, 404, 'notFound', 'There is nothing here');
    return;
  }
  if (path === `${API}login` && options.door !== undefined) return logIn(request, response, options, options.door);
  if (path.startsWith(DOWNLOADS)) return download(request, response, options, path.slice(DOWNLOADS.length));
  const caller = callerOf(request, options.tokens);
  if (caller === undefined) return sendToStranger(request, response, options);
  options.connection.trust();
  if (!caller.calls.take()) return sendTooMany(response);
  const nonce = request.headers[NONCE_HEADER];
  if (typeof nonce === 'string' && options.prove) response.setHeader(PROOF_HEADER, options.prove(nonce));
  await serve(path, request, response, options, caller);
}

async function serve(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  options: RequestOptions,
  caller: Caller,
): Promise<void> {
  const name = path.startsWith(API) ? path.slice(API.length) : '';
  if (name === 'events') return stream(request, response, options, caller);
  if (name === 'logout' && options.door !== undefined) {
    if (!isMethod('POST', request, response)) return;
    options.door.logOut(tokenOf(request) ?? '');
    return sendResult(response, { ok: true, value: undefined });
  }
  if (name === 'uploads') return upload(request, response, options);
  if (!isCallName(name)) return sendFailure(response, 404, 'notFound', 'There is no such call');
  if (!isMethod('POST', request, response)) return;
  const args = await bodyOf(request, response);
  // The service checks what they are.
  if (args !== undefined) sendResult(response, await options.admin.call(name, args.value as never));
}

async function upload(request: IncomingMessage, response: ServerResponse, options: RequestOptions): Promise<void> {
  if (!isMethod('POST', request, response)) return;
  options.connection.takesLong(uploadLimits.silence);
  sendResult(response, await receiveUpload(request, options.files.uploads));
}

/** The link is the key, and good for once: a browser sends no token when it saves a file. */
async function download(
  request: IncomingMessage,
  response: ServerResponse,
  { files, strangers, connection }: RequestOptions,
  link: string,
): Promise<void> {
  if (!isMethod('GET', request, response)) return;
  const fetched = files.downloads.open(link);
  if (fetched === undefined) {
    if (!strangers.take(addressOf(request))) return sendTooMany(response);
    return sendFailure(response, 404, 'notFound', 'This link was used, or is too old: fetch it from the window again');
  }
  connection.trust();
  connection.takesLong(downloadLimits.silence);
  await sendDownload(response, fetched);
}

function stream(request: IncomingMessage, response: ServerResponse, options: RequestOptions, caller: Caller): void {
  if (!isMethod('GET', request, response)) return;
  if (!options.streams.add(response, caller)) {
    sendFailure(response, 503, 'refused', 'Too many windows listen already; close some of them');
  }
}

async function logIn(
  request: IncomingMessage,
  response: ServerResponse,
  { attempts }: RequestOptions,
  door: PasswordDoor,
): Promise<void> {
  if (!isMethod('POST', request, response)) return;
  const address = addressOf(request);
  if (!attempts.take(address)) return sendTooMany(response);
  const body = await bodyOf(request, response);
  if (body === undefined) return;
  sendResult(response, await door.logIn(body.value, address));
}

/** Undefined: it has been refused. */
async function bodyOf(request: IncomingMessage, response: ServerResponse): Promise<{ value: unknown } | undefined> {
  const version = request.headers[VERSION_HEADER];
  if (version !== undefined && version !== String(contractVersion)) {
    const message = `The server speaks version ${contractVersion} of the administration and you ${version}: use programs of one version`;
    sendFailure(response, 400, 'invalid', message);
    return undefined;
  }
  const body = await jsonBody(request);
  if (body.ok) return body;
  sendFailure(response, body.status, 'invalid', body.message, { connection: 'close' });
  return undefined;
}

function isMethod(method: string, request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method === method) return true;
  sendFailure(response, 405, 'invalid', `Use ${method}`, { allow: method });
  return false;
}

function callerOf(request: IncomingMessage, tokens: Tokens): Caller | undefined {
  const token = tokenOf(request);
  return token === undefined ? undefined : tokens.caller(token);
}

function tokenOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer ([\w.~+/=-]{1,200})$/i.exec(headers.authorization ?? '')?.[1];
}

function sendToStranger(request: IncomingMessage, response: ServerResponse, { strangers, door }: RequestOptions): void {
  if (!strangers.take(addressOf(request))) return void sendTooMany(response);
  const remedy =
    door === undefined
      ? 'it changes when the server starts. Open the address it printed then, or "mailroom window" prints'
      : 'log in with the administrator password';
  sendFailure(response, 401, 'refused', `A valid token is missing: ${remedy}`, { 'www-authenticate': 'Bearer' });
}

function sendTooMany(response: ServerResponse): void {
  sendFailure(response, 429, 'refused', 'Too many requests; try again in a moment', { 'retry-after': '1' });
}

function addressOf({ socket }: IncomingMessage): string {
  return plainAddress(socket.remoteAddress ?? '');
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0]!;
}

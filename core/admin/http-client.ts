import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { UserError } from '../base/errors.ts';
import { adminLimits } from '../base/limits.ts';
import { type AdminApi, type AdminResult, contractVersion, type ServerInfo } from './contract.ts';
import { listenToEvents } from './event-client.ts';
import { adminError } from './failure.ts';
import { type Access, readAccess } from './http/access-file.ts';
import { NONCE_HEADER, PROOF_HEADER, VERSION_HEADER } from './http/replies.ts';
import { proofOf } from './http/tokens.ts';

/** The administration of a server that runs in another process. */
export interface AdminClient extends AdminApi {
  readonly server: ServerInfo;
  /** The last call was heard by nobody, because the server had ended before: nothing came of it. */
  readonly unheard: boolean;
  /** Stops listening to events. */
  close(): void;
}

/** Something listens where the server of a data folder said it would, and does not answer as it does. */
export class ServerDoesNotAnswer extends UserError {
  /** It took the question and was waited for. Otherwise it cut the connection, as it does at its end. */
  readonly hangs: boolean;

  constructor(dataFolder: string, hangs: boolean) {
    super(`The server that runs on ${dataFolder} does not answer: try again, or restart it when it stays so`);
    this.hangs = hangs;
  }
}

/**
 * Reaches the server that has this data folder, through the token only its owner can read.
 * @returns undefined when none runs
 * @throws ServerDoesNotAnswer when it hangs, or has no room for us, or somebody else has got its port
 * @throws UserError when it speaks another version of the contract
 */
export async function connectToServer(dataFolder: string): Promise<AdminClient | undefined> {
  const access = await readAccess(dataFolder);
  if (access === undefined) return undefined;
  needVersion(access.contractVersion);
  const nonce = randomBytes(16).toString('base64url');
  let failure: string | undefined;
  const failed = ({ code = '' }: NodeJS.ErrnoException) => {
    failure = code;
  };
  const info = await answerOf(access, 'server.info', {}, { nonce, failed });
  // Refused: nobody listens there any more.
  if (failure !== undefined && failure !== 'ECONNREFUSED') {
    throw new ServerDoesNotAnswer(dataFolder, failure === 'ABORT_ERR');
  }
  // The file is of a server that was killed: nobody listens there, or somebody else who does not know the key.
  if (info === undefined || info.proof !== proofOf(access.key, nonce) || !info.result.ok) return undefined;
  needVersion(info.version);
  return clientOf(access, info.result.value as ServerInfo);
}

function needVersion(version: number): void {
  if (version === contractVersion) return;
  throw new UserError(
    `The server that runs speaks version ${version} of the administration and this program ${contractVersion}: stop the server and start the one that came with this program`,
  );
}

function clientOf(access: Access, server: ServerInfo): AdminClient {
  const stops = new Set<() => void>();
  let unheard = false;
  return {
    server,
    get unheard() {
      return unheard;
    },
    call: async (name, args) => {
      unheard = false;
      const failed = ({ code }: NodeJS.ErrnoException) => {
        unheard = code === 'ECONNREFUSED';
      };
      const answer = await answerOf(access, name, args, { failed });
      return answer === undefined ? unreachable : (answer.result as AdminResult<never>);
    },
    onEvent(listener) {
      const stop = listenToEvents(access, listener);
      stops.add(stop);
      return () => {
        stops.delete(stop);
        stop();
      };
    },
    close() {
      for (const stop of stops) stop();
      stops.clear();
    },
  };
}

const unreachable: AdminResult<never> = {
  ok: false,
  error: adminError('refused', 'The server does not answer any more; it may have ended. Try again'),
};

interface Answer {
  readonly version: number;
  readonly proof: string | undefined;
  readonly result: AdminResult<unknown>;
}

interface Asking {
  /** Given: it is the first question, which is answered soon and with a proof. */
  readonly nonce?: string;
  readonly failed: (error: NodeJS.ErrnoException) => void;
}

/** Undefined: nobody answered as a Mailroom server does. Waits and asks again when there were too many requests. */
async function answerOf(
  access: Access,
  name: string,
  args: unknown,
  { nonce, failed }: Asking,
): Promise<Answer | undefined> {
  for (let tries = 1; ; tries++) {
    const reply = await post(access, name, args, nonce).catch((error) => {
      failed(error);
      return undefined;
    });
    if (reply?.status !== 429 || tries >= adminLimits.clientTries) return reply && answerFrom(reply);
    await new Promise((resolve) => setTimeout(resolve, adminLimits.clientPause));
  }
}

function answerFrom({ version, proof, body }: Reply): Answer | undefined {
  if (version === undefined) return undefined;
  try {
    const result = JSON.parse(body) as AdminResult<unknown>;
    // JSON has no undefined: calls without a value send none.
    return { version, proof, result: result.ok ? { ok: true, value: result.value } : result };
  } catch {
    return undefined;
  }
}

interface Reply {
  readonly status: number;
  /** Undefined: no server of ours. */
  readonly version: number | undefined;
  readonly proof: string | undefined;
  readonly body: string;
}

/** Rejects when there is no connection, or it ends before the reply has. */
function post({ address, port, token }: Access, name: string, args: unknown, nonce?: string): Promise<Reply> {
  const body = Buffer.from(JSON.stringify(args));
  return new Promise((resolve, reject) => {
    const sent = request({
      ...{ host: address, port, method: 'POST', path: `/api/v1/${name}`, agent: false },
      ...(nonce !== undefined && { signal: AbortSignal.timeout(adminLimits.clientFirstAnswer) }),
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': body.length,
        [VERSION_HEADER]: String(contractVersion),
        ...(nonce !== undefined && { [NONCE_HEADER]: nonce }),
      },
    });
    sent.on('error', reject);
    sent.on('response', (response) => textOf(response).then((text) => resolve(replyOf(response, text)), reject));
    sent.end(body);
  });
}

function replyOf({ statusCode = 0, headers }: IncomingMessage, body: string): Reply {
  const { [VERSION_HEADER]: version, [PROOF_HEADER]: proof } = headers;
  return {
    status: statusCode,
    version: version === undefined ? undefined : Number(version),
    proof: typeof proof === 'string' ? proof : undefined,
    body,
  };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

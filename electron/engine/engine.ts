import type { AdminApi, AdminResult, CallName } from '../../core/admin/contract.ts';
import { adminError } from '../../core/admin/failure.ts';
import { UserError } from '../../core/base/errors.ts';
import type { Logger } from '../../core/base/logger.ts';
import { isHeldFile } from '../../core/base/patiently.ts';
import { systemRefusal } from '../../core/base/system-refusal.ts';
import type { MailServer } from '../../core/server.ts';
import type { EngineOptions, FromEngine, ToEngine } from './messages.ts';

/** The engine's end of the line to the main process; a MessagePort of node:worker_threads is one. */
export interface EnginePort {
  postMessage(message: FromEngine): void;
  on(event: 'message', listener: (message: ToEngine) => void): unknown;
  close(): void;
}

/** What opens the server: everything below it belongs to the engine until `close`. */
export interface EngineHost {
  open(options: EngineOptions): Promise<MailServer>;
  /** Called last, when the server has stopped or could not be opened. */
  close(): Promise<void>;
  readonly logger: Logger;
}

/** Runs core behind a port until it is told to stop. Never rejects: what goes wrong is said through the port. */
export async function runEngine(port: EnginePort, options: EngineOptions, host: EngineHost): Promise<void> {
  const stop = Promise.withResolvers<void>();
  // Heard from the first moment on: calls may come while the server opens its mail.
  const started = Promise.withResolvers<MailServer | undefined>();
  port.on('message', (message) => {
    if (message.kind === 'stop') stop.resolve();
    else void answer(port, message, started.promise);
  });
  const server = await opened(port, options, host);
  started.resolve(server);
  if (server !== undefined) await serveUntil(stop.promise, server, port);
  await host.close();
  if (server !== undefined) port.postMessage({ kind: 'stopped' });
  port.close();
}

async function serveUntil(stop: Promise<void>, server: MailServer, port: EnginePort): Promise<void> {
  const deaf = server.admin.onEvent((event) => port.postMessage({ kind: 'event', event }));
  port.postMessage({ kind: 'ready' });
  void server.askedToEnd.then(() => port.postMessage({ kind: 'askedToEnd' }));
  await stop;
  port.postMessage({ kind: 'stopping' });
  deaf();
  await server.stop();
}

/** Undefined: it cannot start, and that has been said. */
async function opened(port: EnginePort, options: EngineOptions, host: EngineHost): Promise<MailServer | undefined> {
  try {
    return await host.open(options);
  } catch (failure) {
    host.logger.error({ err: failure }, 'the engine cannot start');
    port.postMessage({ kind: 'failed', message: wordsOf(failure), passes: isHeldFile(failure) });
    return undefined;
  }
}

function wordsOf(failure: unknown): string {
  if (failure instanceof UserError) return failure.message;
  const told = systemRefusal(failure);
  if (told !== undefined) return `The server cannot start. ${told}`;
  const reason = failure instanceof Error ? failure.message : String(failure);
  return `The server cannot start (${reason}). The log has more; please report it.`;
}

async function answer(
  port: EnginePort,
  { id, name, args }: Extract<ToEngine, { kind: 'call' }>,
  started: Promise<{ readonly admin: AdminApi } | undefined>,
): Promise<void> {
  const server = await started;
  // The service checks name and arguments, whatever the way in.
  const result = await (server?.admin.call(name as CallName, args as never) ?? unavailable());
  try {
    port.postMessage({ kind: 'result', id, result });
  } catch (failure) {
    // A value that cannot cross to another thread is a bug of ours, but whoever asked must not wait for ever.
    port.postMessage({ kind: 'result', id, result: uncloneable(name, failure) });
  }
}

function unavailable(): AdminResult<never> {
  return { ok: false, error: adminError('refused', 'The server could not start') };
}

function uncloneable(name: string, failure: unknown): AdminResult<never> {
  return {
    ok: false,
    error: adminError('internal', `The answer to ${name} cannot be passed on (${String(failure)}); please report it`),
  };
}

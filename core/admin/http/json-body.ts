import type { IncomingMessage } from 'node:http';
import { adminLimits } from '../../base/limits.ts';

export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: number; readonly message: string };

/** The JSON a request carries; nothing at all counts as no arguments. Rejects when the connection ends on the way. */
export async function jsonBody(request: IncomingMessage): Promise<JsonBody> {
  // A form of another site can send text/plain without asking us first, but never this.
  if (!/^application\/json(;\s*charset="?utf-8"?)?$/i.test(request.headers['content-type'] ?? '')) {
    return { ok: false, status: 415, message: 'The body must be application/json' };
  }
  if (request.headers['content-encoding'] !== undefined) {
    return { ok: false, status: 415, message: 'The body must not be compressed' };
  }
  const octets = await bodyOf(request);
  if (octets === undefined) {
    return { ok: false, status: 413, message: `The body must not be larger than ${adminLimits.body} octets` };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(octets);
    return { ok: true, value: text === '' ? {} : JSON.parse(text) };
  } catch {
    return { ok: false, status: 400, message: 'The body is not JSON in UTF-8' };
  }
}

/**
 * Undefined: it is too large. Then what still comes is read and dropped for a while, since whoever is cut in the middle
 * of sending does not read why.
 */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > adminLimits.body) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= adminLimits.body) chunks.push(chunk);
    else chunks.length = 0;
    if (size > 4 * adminLimits.body) break;
  }
  return size > adminLimits.body ? undefined : Buffer.concat(chunks);
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AdminResult } from '../contract.ts';
import { adminErrorOf } from '../failure.ts';
import type { Fetched } from '../files/downloads.ts';
import type { Uploads } from '../files/uploads.ts';
import { securityHeaders } from './replies.ts';

/** The one type of a body that is sent here; a form of another site can send no such thing. */
const TAR = 'application/x-tar';

/** Takes files that are sent as one archive. Rejects when the sender goes away; then nothing of it is left. */
export async function receiveUpload(
  request: IncomingMessage,
  uploads: Uploads,
): Promise<AdminResult<{ readonly id: string }>> {
  const { 'content-type': type, 'content-length': length, 'content-encoding': encoding } = request.headers;
  if (type !== TAR || encoding !== undefined) {
    return { ok: false, error: { code: 'invalid', message: `The body must be ${TAR}, and not compressed` } };
  }
  try {
    // Refused in the middle, the connection stays: those who are cut while they send do not read why.
    const octets = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    const id = await uploads.receive(octets, length === undefined ? undefined : Number(length));
    return { ok: true, value: { id } };
  } catch (failure) {
    const error = adminErrorOf(failure);
    if (error === undefined) throw failure;
    return { ok: false, error };
  }
}

/** Sends what was exported, no faster than it is read. It is removed when all of it has gone out. */
export async function sendDownload(response: ServerResponse, { name, octets, pieces, end }: Fetched): Promise<void> {
  response.writeHead(200, {
    ...securityHeaders,
    'content-type': 'application/octet-stream',
    'content-length': octets,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, percent)}`,
  });
  let whole = false;
  try {
    await pipeline(Readable.from(pieces(), { objectMode: false }), response);
    whole = true;
  } catch (failure) {
    if (!response.destroyed) throw failure; // else the reader has gone
  } finally {
    await end(whole);
  }
}

/** RFC 8187 section 3.2.1 allows fewer characters than encodeURIComponent leaves. */
function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

import { mkdir, readFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { join } from 'node:path';
import { cheapPasswords } from '../../accounts/testing.ts';
import { systemRandom } from '../../base/random.ts';
import { newPrivateKey, selfSignedCertificate } from '../../imap/access/self-signed.ts';
import { secureContextOf } from '../../imap/access/tls-options.ts';
import { Administrator } from '../administrator.ts';
import { openTransferFiles } from '../files/transfer-files.ts';
import { type TriedAdmin, tryAdmin } from '../testing.ts';
import { accessFile } from './access-file.ts';
import { type AdminPlace, type AdminServer, openAdminServer } from './admin-server.ts';
import type { FileHandler } from './requests.ts';

export interface Asked {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  /** Undefined: plain HTTP. The certificate is taken whatever it is. */
  readonly tls?: boolean;
}

export interface Replied {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they like
  readonly json: any;
}

/** One request, exactly as given, on a connection of its own. */
export function ask({ tls = false, port, path, method = 'POST', headers = {}, body }: Asked): Promise<Replied> {
  return new Promise((resolve, reject) => {
    const request = (tls ? tlsRequest : plainRequest)({
      ...{ host: '127.0.0.1', port, path, method, agent: false, headers },
      ...(tls && { rejectUnauthorized: false }),
    });
    request.on('error', reject);
    request.on('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const isJson = (response.headers['content-type'] ?? '').startsWith('application/json');
      resolve({
        status: response.statusCode!,
        headers: response.headers,
        text,
        json: isJson ? JSON.parse(text) : text,
      });
    });
    request.end(body);
  });
}

/** The headers of somebody who may. */
export function allowed(token: string, more: OutgoingHttpHeaders = {}): OutgoingHttpHeaders {
  return { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...more };
}

export async function accessOf(dataFolder: string): Promise<{ port: number; token: string; key: string }> {
  return JSON.parse(await readFile(accessFile(dataFolder), 'utf8'));
}

export const administratorPassword = 'correct horse battery';

/** What a test of HTTP has. */
export interface TriedHttp extends TriedAdmin {
  readonly http: AdminServer;
  readonly data: string;
  readonly administrator: Administrator;
  readonly time: { now: number };
  moveTo(place: AdminPlace): Promise<void>;
}

/** The administration over HTTP on fakes, in a folder of its own. */
export async function tryHttp(place: AdminPlace, window?: FileHandler): Promise<TriedHttp> {
  const fakes = await tryAdmin();
  const { server, logger } = fakes.backstage.dependencies;
  const data = server.dataFolder;
  const administrator = await Administrator.open(join(data, 'administrator.json'), systemRandom, {
    cost: cheapPasswords.scrypt,
  });
  if (place.tls) await administrator.set(administratorPassword);
  const key = await newPrivateKey();
  const certificate = await selfSignedCertificate(key, ['office-pc'], Date.now());
  const moves = new Set<() => void>();
  let current = place;
  const time = { now: 0 };
  await mkdir(join(data, 'run'));
  const files = await openTransferFiles(join(data, 'transfer'), systemRandom);
  const result: TriedHttp = {
    ...fakes,
    ...{ data, time, administrator },
    http: await openAdminServer({
      ...{ admin: fakes.admin, administrator, dataFolder: data, window, files, logger, random: systemRandom },
      place: () => current,
      onPlaceChange: (listener) => {
        moves.add(listener);
        return () => moves.delete(listener);
      },
      tls: { secureContext: secureContextOf({ certificate, privateKey: key }) },
      hostNames: () => ['office-pc'],
      uptime: () => time.now,
    }),
    async moveTo(next) {
      current = next;
      for (const move of moves) move();
      await result.http.moved();
    },
    async close() {
      await result.http.close();
      await files.close();
      await fakes.close();
    },
  };
  return result;
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallName, Job } from '../../core/admin/contract.ts';
import { readTar } from '../../core/admin/files/tar-reader.ts';
import { archiveOf, collected, inPieces } from '../../core/admin/files/testing.ts';
import { ask } from '../../core/admin/http/testing.ts';
import { uploadLimits } from '../../core/base/limits.ts';
import { type AdministeredServer, done, startAdministeredServer } from '../support/admin.ts';

const password = 'correct horse battery';
let server: AdministeredServer;
let authorization: string;

beforeAll(async () => {
  server = await startAdministeredServer();
  await done(server.admin.call('settings.set', { values: { 'admin.tls': true } }));
  await done(server.admin.call('admin.setPassword', { password }));
  await server.http.moved();
  authorization = `Bearer ${(await there('login', { password })).json.value.token}`;
});
afterAll(() => server.stop());

const at = (path: string) => ({ tls: true, port: server.http.remotePort!, path: `/api/v1/${path}` });
const there = (name: CallName | 'login', args: object) =>
  ask({
    ...at(name),
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: JSON.stringify(args),
  });
const value = async (name: CallName, args: object) => {
  const { json } = await there(name, args);
  expect(json).toMatchObject({ ok: true });
  return json.value;
};
const send = (body: Buffer, headers: object = {}) =>
  ask({ ...at('uploads'), headers: { authorization, 'content-type': 'application/x-tar', ...headers }, body });
const get = (path: string) => ask({ ...at(path), method: 'GET' });
const left = () => readdir(join(server.data, 'transfer')).catch(() => []);

async function ended(id: number): Promise<Job> {
  for (;;) {
    const job: Job = await value('jobs.get', { id });
    if (job.state !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const packed = (files: Readonly<Record<string, string>>) =>
  archiveOf(
    Object.entries(files).map(([path, text]) => ({
      ...{ path, octets: Buffer.from(text), modified: Date.UTC(2002, 7, 22) },
    })),
  );

/** Removing takes a moment, and longer on a computer that is busy. */
const patient = { timeout: 10_000 };

const into = { user: 'karen', skipDuplicates: false };

it('mail is sent and fetched from another computer without a word of the server’s disk, and nothing stays on it', async () => {
  const mbox = 'From a Thu Aug 22 11:26:25 2002\r\nSubject: one\r\n\r\nfirst\r\n\r\n';
  const maildir = { 'Old/cur/1.a:2,FS': 'Subject: two\r\n\r\nsecond\r\n', 'Old/new/2.b': 'Subject: three\r\n\r\n' };
  const { id } = (await send(packed({ 'in.mbox': mbox, ...maildir }))).json.value;
  const wrong = { ...into, mailbox: 'a//b', source: { kind: 'upload', id } };
  expect((await there('mail.import', wrong)).json.ok).toBe(false); // and may be tried again
  const { job } = await value('mail.import', { ...into, mailbox: 'Sent/Old', source: { kind: 'upload', id } });
  expect(await ended(job)).toMatchObject({ state: 'done', transferred: 3, skipped: [] });
  const imap = await server.client();
  await imap.ok('SELECT "Sent/Old"');
  const fetched = (await imap.ok('FETCH 1:* (FLAGS INTERNALDATE)')).untagged.join('\n');
  expect(fetched).toMatch(/Flagged.*22-Aug-2002 00:00:00/);

  const one = await value('mail.export', { user: 'karen', mailbox: 'Sent/Old', format: 'mbox' });
  expect(await ended(one.job)).toMatchObject({ state: 'done', download: { name: 'karen Sent-Old.mbox' } });
  const { link } = await value('jobs.download', { id: one.job });
  const file = await get(link);
  expect(file.headers).toMatchObject({
    'content-disposition': "attachment; filename*=UTF-8''karen%20Sent-Old.mbox",
    'cache-control': 'no-store',
  });
  expect(file.text.match(/^Subject: \w+/gm)).toEqual(['Subject: one', 'Subject: two', 'Subject: three']);
  expect((await get(link)).status).toBe(404);
  expect(await ended(one.job)).not.toHaveProperty('download');
  expect((await there('jobs.download', { id: one.job })).json).toMatchObject({ error: { code: 'notFound' } });

  await imap.ok(`CREATE "${'x'.repeat(250)}"`);
  const long = await value('mail.export', { user: 'karen', mailbox: 'x'.repeat(250), format: 'mbox' });
  expect((await ended(long.job)).download?.name).toMatch(/^karen x{194}\.mbox$/);
  await get((await value('jobs.download', { id: long.job })).link);
  await imap.ok(`DELETE "${'x'.repeat(250)}"`);

  const all = await value('mail.export', { user: 'karen', format: 'eml' });
  expect((await ended(all.job)).download?.name).toBe('Mail of karen.tar');
  const tar = await ask({ ...at((await value('jobs.download', { id: all.job })).link), method: 'GET' });
  const names: string[] = [];
  for await (const { path } of readTar(inPieces(Buffer.from(tar.text), [65_536]))) names.push(path);
  expect(names.filter((name) => name.startsWith('Mail of karen/Sent/Old/'))).toHaveLength(3);
  await expect.poll(left, patient).toEqual([]);
});

it('what cannot be read is called as it was when it was sent: nobody is told where it lay', async () => {
  const { id } = (await send(packed({ 'Letters/a.doc': 'x' }))).json.value;
  const { json } = await there('mail.import', { ...into, mailbox: 'X', source: { kind: 'upload', id } });
  expect(json.error).toMatchObject({ field: 'source', message: expect.stringMatching(/^Letters: holds no \.eml/) });
  expect(JSON.stringify(json)).not.toContain(server.data);
});

it('only those who are logged in send files, and only as a page of ours does', async () => {
  const body = packed({ a: 'x' });
  expect((await send(body, { authorization: 'Bearer wrong' })).status).toBe(401);
  expect((await send(body, { origin: 'https://evil.example' })).status).toBe(403);
  for (const type of ['text/plain', 'multipart/form-data', 'application/json']) {
    expect((await send(body, { 'content-type': type })).json, type).toMatchObject({ error: { code: 'invalid' } });
  }
  expect((await send(body, { 'content-encoding': 'gzip' })).json.ok).toBe(false);
  expect((await send(Buffer.from('From a@b'))).json.error.message).toMatch(/too soon/);
  expect((await get('uploads')).status).toBe(401);
  expect((await ask({ ...at('downloads/x'), method: 'POST' })).status).toBe(405);
  expect((await get('downloads/..%2f..%2frun%2fadmin.json')).status).toBe(404);
});

it('a sender who is refused in the middle reads why', async () => {
  const before = (await left()).length;
  const outside = packed({ '../evil': 'x', 'b.mbox': 'y'.repeat(20_000_000) });
  expect((await send(outside)).json.error).toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(/leads out/),
  });
  const all = String(uploadLimits.octets + 1);
  expect((await send(outside, { 'content-length': all })).json.error.message).toMatch(/^More than 100 GiB/);
  await expect.poll(left, patient).toHaveLength(before);
});

it('a sender who goes away leaves nothing, nor does a job that is cancelled', async () => {
  const before = (await left()).length;
  const socket = connect({ host: '127.0.0.1', port: server.http.remotePort!, rejectUnauthorized: false });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  const head = `POST /api/v1/uploads HTTP/1.1\r\nHost: 127.0.0.1:${server.http.remotePort}\r\nAuthorization: ${authorization}\r\n`;
  socket.write(`${head}Content-Type: application/x-tar\r\nContent-Length: 1000000\r\n\r\n`);
  socket.write(packed({ 'a.mbox': 'x'.repeat(10_000) }).subarray(0, 5_000));
  await expect.poll(left, patient).toHaveLength(before + 1);
  socket.destroy();
  await expect.poll(left, patient).toHaveLength(before);

  const mbox = Array.from(
    { length: 3_000 },
    (_, n) => `From a\r\nSubject: ${n}\r\n\r\n${'x'.repeat(2_000)}\r\n\r\n`,
  ).join('');
  const { id } = (await send(packed({ 'a.mbox': mbox }))).json.value;
  const { job } = await value('mail.import', { ...into, mailbox: 'Cancelled', source: { kind: 'upload', id } });
  await value('jobs.cancel', { id: job }).catch(() => {});
  await ended(job);
  await expect.poll(left, patient).toHaveLength(before);
});

it('goes through as it is, however large, while others work', async () => {
  const lines = Array.from({ length: 60_000 }, (_, n) => `line ${n} ${'y'.repeat(90)}\r\n`).join('');
  const message = `Subject: large\r\n\r\n${lines}`;
  const { id } = (await send(packed({ 'large.eml': message }))).json.value;
  const { job } = await value('mail.import', { ...into, mailbox: 'Large', source: { kind: 'upload', id } });
  expect(await ended(job)).toMatchObject({ transferred: 1, octets: message.length });
  const out = await value('mail.export', { user: 'karen', mailbox: 'Large', format: 'eml' });
  await ended(out.job);
  const tar = await get((await value('jobs.download', { id: out.job })).link);
  const files: Buffer[] = [];
  for await (const { content } of readTar(inPieces(Buffer.from(tar.text), [65_536])))
    files.push(await collected(content));
  const digest = (octets: string | Buffer) => createHash('sha256').update(octets).digest('hex');
  expect(files.map(digest)).toEqual([digest(message)]);
});

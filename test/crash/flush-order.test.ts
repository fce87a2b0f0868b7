import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RawImap } from '../support/raw-imap.ts';
import { addUser, ServerProcess } from '../support/server-process.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { canTrace, parseTrace, type SystemCall, traceWrites } from './strace.ts';

const traceable = canTrace();
const name = traceable ? 'what OK means, seen by strace' : 'what OK means (skipped: strace cannot trace here)';

describe.skipIf(!traceable)(name, () => {
  it('answers OK only after the flushes that a power cut asks for have returned', async () => {
    const dataDir = await makeTempFolder('flush');
    onTestFinished(() => removeFolder(dataDir));
    await addUser(dataDir, 'ann', 'secret-of-ann');
    const server = await ServerProcess.start({ dataDir });
    onTestFinished(() => server.kill().then(() => {}));
    const client = await RawImap.connect({ port: server.imapPort });
    await client.login('ann', 'secret-of-ann');
    await client.append('INBOX', Buffer.from('Subject: before\r\n\r\nnot looked at'));

    const trace = await traceWrites(server.pid, join(dataDir, 'trace'));
    const appends = [];
    for (let i = 0; i < 5; i++)
      appends.push((await client.append('INBOX', Buffer.from(`Subject: ${i}\r\n\r\nkeep this`))).tag);
    // Selected only now: with new messages the session's claim to \Recent is written, too, and nobody waits for that.
    await client.ok('SELECT INBOX');
    const changes = [];
    for (const command of [
      'CREATE one',
      'UID COPY 1:3 one',
      'UID MOVE 4 one',
      'RENAME one two',
      'UID STORE 1:2 +FLAGS (\\Deleted)',
      'UID EXPUNGE 1',
      'EXPUNGE',
      'DELETE two',
    ]) {
      const { tag } = await client.ok(command);
      if (!command.includes('STORE')) changes.push(tag); // flags need to survive a power cut a second later only
    }
    // strace may end before it has noted the return of the last call that it saw: that is to be the answer to this one.
    await client.ok('NOOP');
    const calls = await trace.stop();

    // The segment has a note of what the index has, behind the message.
    for (const tag of appends) expect(flushedBefore(calls, tag, '.seg'), `segment of ${tag}`).toBe(true);
    for (const tag of changes) expect(flushedBefore(calls, tag, '-wal'), `index of ${tag}`).toBe(true);
  });
});

/** Whether, since the OK before, the file was written, then flushed, and the flush had returned when this OK was sent. */
function flushedBefore(calls: readonly SystemCall[], tag: string, file: string): boolean {
  const answers = calls.filter((call) => /("|\\n)a\d+ OK /.test(call.text) && call.target.startsWith('socket'));
  const index = answers.findIndex((call) => new RegExp(`("|\\\\n)${tag} OK `).test(call.text));
  if (index < 0) throw new Error(`the trace does not show the answer to ${tag}`);
  const from = answers[index - 1]?.began ?? 0;
  const to = answers[index]!.began;
  const between = calls.filter((call) => call.began > from && call.returned < to && call.target.endsWith(file));
  const lastWrite = between.findLast((call) => call.name.includes('write'));
  return between.some(
    (call) => call.name.includes('sync') && lastWrite !== undefined && call.began > lastWrite.returned,
  );
}

describe('reading a trace', () => {
  const trace = `
71 pwrite64(9</d/1.seg>, "Subject"..., 30, 0) = 30
72 fdatasync(9</d/1.seg> <unfinished ...>
71 pwrite64(8</d/i.db-wal>, "x"..., 30, 0) = 30
72 <... fdatasync resumed>)         = 0
73 fdatasync(8</d/i.db-wal>)        = 0
71 write(20<socket:[5]>, "a1 OK [APPENDUID 1 2] Done\\r\\n", 29) = 29`;

  it('sees that the flushes came first', () => {
    expect(['.seg', '-wal'].map((file) => flushedBefore(parseTrace(trace), 'a1', file))).toEqual([true, true]);
  });

  it.each([
    ['a flush missing', trace.replace(/73 fdatasync.*\n/, '')],
    [
      'a flush that failed',
      trace.replace('(8</d/i.db-wal>)        = 0', '(8</d/i.db-wal>) = -1 EIO (Input/output error)'),
    ],
    ['a flush that began before the write', trace.replace(/(71 pwrite64\(8.*\n)(72.*\n)(73.*\n)/, '$2$3$1')],
    [
      'a flush that returned after the OK',
      `${trace.replace(/73 fdatasync.*\n/, '')}\n73 fdatasync(8</d/i.db-wal>) = 0`,
    ],
  ])('is not taken in by %s', (_, wrong) => {
    expect(flushedBefore(parseTrace(wrong), 'a1', '-wal')).toBe(false);
  });
});

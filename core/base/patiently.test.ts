import { describe, expect, it } from 'vitest';
import { FileHeld, isHeldFile, type Patience, patiently } from './patiently.ts';
import { cannotWrite } from './system-refusal.ts';
import { readText, textOf } from './text-file.ts';

/** Windows, without waiting: the pauses are only noted. */
function windows(time = 5_000): { readonly patience: Patience; readonly pauses: number[] } {
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  return { patience: { platform: 'win32', time, pause }, pauses };
}

function refusing(times: number, code: string) {
  let calls = 0;
  const work = async () => {
    calls += 1;
    if (calls <= times) throw Object.assign(new Error(`${code}: no`), { code });
    return calls;
  };
  return { work, calls: () => calls };
}

describe('a file that another program has open', () => {
  it.each(['EBUSY', 'EPERM', 'EACCES'])('is tried again, first soon and then less often (%s)', async (code) => {
    const { patience, pauses } = windows();
    await expect(patiently('a', refusing(8, code).work, patience)).resolves.toBe(9);
    expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 500, 500]);
  });

  it('is given up after the time, in words that name the file, who may have it and what to do', async () => {
    const { patience, pauses } = windows(1_000);
    const held = patiently('/mail/run/admin.json', refusing(99, 'EBUSY').work, patience);
    await expect(held).rejects.toThrow(FileHeld);
    await expect(held).rejects.toThrow(
      '/mail/run/admin.json is held open by another program (antivirus, backup, a viewer). Mailroom tried for 1 s: close that program, or exclude the folder /mail/run from it',
    );
    expect(pauses.reduce((sum, pause) => sum + pause)).toBeLessThan(1_500);
  });

  it('does not make anybody wait where the errors mean what they say', async () => {
    const { patience, pauses } = windows();
    const missing = refusing(1, 'ENOENT');
    await expect(patiently('a', missing.work, patience)).rejects.toThrow('ENOENT');
    const forbidden = refusing(1, 'EACCES');
    await expect(patiently('a', forbidden.work, { ...patience, platform: 'linux' })).rejects.toThrow('EACCES');
    expect([missing.calls(), forbidden.calls(), pauses]).toEqual([1, 1, []]);
  });
});

describe('a file that somebody saved with another editor', () => {
  it.each([
    ['UTF-8', Buffer.from('{"a":"ü"}')],
    ['UTF-8 with a mark, as old Notepads save', Buffer.from('\ufeff{"a":"ü"}')],
    ['UTF-16, as PowerShell saves', Buffer.from('\ufeff{"a":"ü"}', 'utf16le')],
    ['UTF-16 the other way round', Buffer.from('\ufeff{"a":"ü"}', 'utf16le').swap16()],
  ])('is read: %s', (_name, bytes) => {
    expect(textOf(bytes)).toBe('{"a":"ü"}');
  });

  it('is read once the program that has it open closes it, and is not taken for one that is missing', async () => {
    const { patience } = windows(100);
    const { work } = refusing(3, 'EBUSY');
    await expect(readText('a', { read: () => work().then(() => Buffer.from('x')), patience })).resolves.toBe('x');
    const never = () => refusing(99, 'EBUSY').work() as Promise<never>;
    const failure = await readText('a', { read: never, patience }).catch((error: unknown) => error);
    expect(isHeldFile(failure)).toBe(true);
    // One remedy, the right one, also for who wanted to change it.
    expect(cannotWrite('The list', failure, '; it stays as it was').message).toMatch(
      /^The list cannot be written; it stays as it was: a cannot be read: a is held open by .* exclude the folder \. from it$/,
    );
  });
});

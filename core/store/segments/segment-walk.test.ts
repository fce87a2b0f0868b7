import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemFiles } from '../files/system-files.ts';
import { temporaryFolder } from '../testing/test-store.ts';
import { encodeHeader, recordLength } from './record.ts';
import { walkSegment } from './segment-walk.ts';

function record(blob: number, content: Uint8Array): Buffer {
  const facts = { mailbox: 1, internalDate: 0, saveDate: 0, zone: 0, contentCrc: crc32(content) };
  const header = encodeHeader({ ...facts, kind: 'message', blob, length: content.length });
  const bytes = Buffer.alloc(recordLength(content.length));
  bytes.set(header);
  bytes.set(content, header.length);
  return bytes;
}

describe('walking a segment', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  async function walk(...pieces: Uint8Array[]): Promise<string[]> {
    const path = join(folder.path, 'x.seg');
    writeFileSync(path, Buffer.concat(pieces));
    const file = await systemFiles.open(path, 'read');
    const steps: string[] = [];
    for await (const step of walkSegment(file)) {
      if (step.kind === 'gap') steps.push(`${step.zeros ? 'zeros' : 'damage'} ${step.length}`);
      else steps.push(`${step.header.blob} ${step.sound ? 'sound' : 'torn'}`);
    }
    await file.close();
    return steps;
  }
  const one = record(1, Buffer.from('first message'));
  const two = record(2, Buffer.alloc(3_000_000, 'x'));
  const three = record(3, Buffer.alloc(0));

  it('finds every record, also one larger than what is read at once, and the zeros written ahead', async () => {
    expect(await walk(one, two, three, Buffer.alloc(2_500_000))).toEqual([
      '1 sound',
      '2 sound',
      '3 sound',
      'zeros 2500000',
    ]);
  });

  it('goes on behind damage of any kind', async () => {
    const changed = Buffer.from(two);
    changed[1_000_000] = 0;
    expect(await walk(one, changed, three)).toEqual(['1 sound', '2 torn', '3 sound']);
    expect(await walk(one, Buffer.alloc(1_100_000), three)).toEqual(['1 sound', 'zeros 1100000', '3 sound']);
    expect(await walk(one, Buffer.alloc(1_100_000, 'q'), three)).toEqual(['1 sound', 'damage 1100000', '3 sound']);
    expect(await walk(Buffer.alloc(16, 'q'), Buffer.alloc(2_200_000), one)).toEqual(['damage 2200016', '1 sound']);
  });

  it('finds the records behind one whose end never came', async () => {
    expect(await walk(one, two.subarray(0, 4096), three)).toEqual(['1 sound', '2 torn', '3 sound']);
    expect(await walk(one, two.subarray(0, 64))).toEqual(['1 sound', '2 torn']);
  });
});

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeLimits } from '../../base/limits.ts';
import { systemFiles } from '../files/system-files.ts';
import { SimulatedDisk } from '../testing/simulated-disk.ts';
import { temporaryFolder } from '../testing/test-store.ts';
import { segmentPath } from './segment-names.ts';
import { walkSegment } from './segment-walk.ts';
import { SegmentWriter } from './segment-writer.ts';

const MiB = 1024 * 1024;

describe('the segment writer', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let disk: SimulatedDisk;
  let writer: SegmentWriter;
  beforeEach(async () => {
    folder = temporaryFolder();
    disk = new SimulatedDisk();
    await disk.makeFolder(join(folder.path, 'segments'));
    writer = new SegmentWriter({ folder: folder.path, files: disk, nextNumber: 1, onStart() {} });
  });
  afterEach(() => folder.remove());

  const record = (blob: number, length: number) => {
    return { blob, mailbox: 1, internalDate: 0, saveDate: 0, zone: 0, bytes: Buffer.alloc(length, 'm') };
  };
  const size = (number: number) => statSync(segmentPath(folder.path, number)).size;
  const blobsIn = async (number: number) => {
    const file = await systemFiles.open(segmentPath(folder.path, number), 'read');
    const blobs: number[] = [];
    for await (const step of walkSegment(file)) {
      if (step.kind === 'record' && step.sound) blobs.push(step.header.blob);
      else expect(step).toMatchObject({ kind: 'gap', zeros: true });
    }
    await file.close();
    return blobs;
  };

  it('never forgets a record, however soon after another it comes: whoever waits for it would wait for ever', async () => {
    const files = new SegmentWriter({ folder: folder.path, files: systemFiles, nextNumber: 1, onStart() {} });
    await files.write([record(1, 10)]);
    const written: Promise<unknown>[] = [];
    for (let turns = 0; turns < 60; turns++) {
      written.push(files.write([record(2 * turns + 2, 10)]));
      for (let turn = 0; turn < turns; turn++) await undefined;
      written.push(files.write([record(2 * turns + 3, 10)]));
      await Promise.all(written);
    }
    await files.close();
    expect(await blobsIn(1)).toHaveLength(121);
  }, 10_000);

  it('keeps the files of a small account small', async () => {
    await writer.write([record(1, 2_000)]);
    await disk.quiet();
    expect(size(1)).toBeLessThan(storeLimits.zerosAheadLeast + 4_096);
    await writer.close();
    expect(size(1)).toBe(64 + 2_000);
  });

  it('starts a new segment at the limit, and gives a message larger than that one of its own', async () => {
    const places = [
      ...(await writer.write([record(1, 40 * MiB), record(2, 30 * MiB)])),
      ...(await writer.write([record(3, 70 * MiB)])),
      ...(await writer.write([record(4, 1)])),
    ];
    expect(places.map((place) => place.segment)).toEqual([1, 2, 3, 4]);
    await writer.flush();
    await writer.close();
    expect(await Promise.all([1, 2, 3, 4].map(blobsIn))).toEqual([[1], [2], [3], [4]]);
  });

  it('gives every record of sessions that write at once its own place', async () => {
    const writes = Array.from({ length: 40 }, (_, i) => writer.write([record(2 * i, i), record(2 * i + 1, 900)]));
    const places = (await Promise.all(writes)).flat();
    await writer.close();
    expect(new Set(places.map((place) => place.offset)).size).toBe(80);
    expect((await blobsIn(1)).sort((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, i) => i));
  });

  it('uses the place of a batch again that did not fit on the disk, and lets the others through', async () => {
    await writer.write([record(1, 100)]);
    await disk.quiet();
    disk.fault = (operation, _, octets) => {
      if (operation === 'write' && octets > MiB) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    };
    const first = writer.write([record(2, 10)]);
    // These wait for the first and are written together.
    const large = writer.write([record(3, 10), record(4, 5 * MiB)]);
    const small = writer.write([record(5, 10)]);
    await first;
    await expect(large).rejects.toMatchObject({ code: 'ENOSPC' });
    const [place] = await small;
    await writer.close();
    expect(place!.offset).toBe(64 + 104 + 64 + 16);
    expect(await blobsIn(1)).toEqual([1, 2, 5]);
  });

  it('leaves nothing behind a closed segment but its records', async () => {
    await writer.write([record(1, 10)]);
    await writer.roll();
    await writer.write([record(2, 10)]);
    await writer.close();
    expect(readdirSync(join(folder.path, 'segments'))).toEqual(['000001.seg', '000002.seg']);
    expect([size(1), size(2)]).toEqual([80, 80]);
  });
});

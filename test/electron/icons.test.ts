import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../build/window.ts';
import { appIconFile, trayIconFile } from '../../electron/main/icons.ts';

const folder = join(root, 'build', 'icons', 'app');
const states = ['running', 'stopped', 'problem'] as const;

interface IcoEntry {
  readonly size: number;
  readonly image: Buffer;
}

/** An .ico file as Windows reads it: a table of sizes and places. */
function icoEntries(file: Buffer): IcoEntry[] {
  expect(file.readUInt32LE(0)).toBe(0x0001_0000);
  return Array.from({ length: file.readUInt16LE(4) }, (_, index) => {
    const at = 6 + 16 * index;
    const [length, offset] = [file.readUInt32LE(at + 8), file.readUInt32LE(at + 12)];
    expect(offset + length).toBeLessThanOrEqual(file.length);
    return { size: file.readUInt8(at) || 256, image: file.subarray(offset, offset + length) };
  });
}

/** Red, green, blue and alpha of every pixel of a bitmap in an icon, without its header. */
function pixelsOf({ size, image }: IcoEntry): Buffer {
  expect(image.readUInt32LE(0)).toBe(40);
  expect(image.readInt32LE(8)).toBe(size * 2);
  return image.subarray(40, 40 + size * size * 4);
}

describe('the icons', () => {
  it('are there for each system and state, sharp on dense screens too', async () => {
    for (const state of states) {
      for (const platform of ['darwin', 'linux'] as const) {
        const file = trayIconFile(folder, state, platform);
        const small = await readFile(file);
        const large = await readFile(file.replace('.png', '@2x.png'));
        expect(large.readUInt32BE(16)).toBe(2 * small.readUInt32BE(16)); // the width in a PNG's header
      }
    }
    for (const platform of ['win32', 'darwin', 'linux'] as const) await readFile(appIconFile(folder, platform));
  });

  it('can be told apart at 16 pixels: colour alone, or a dot, would be lost in the tray', async () => {
    const small = await Promise.all(
      states.map(async (state) => {
        const [entry] = icoEntries(await readFile(trayIconFile(folder, state, 'win32')));
        expect(entry?.size).toBe(16);
        return pixelsOf(entry!);
      }),
    );
    for (const [one, other] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const different = small[one]!.filter((octet, at) => Math.abs(octet - small[other]![at]!) > 64);
      expect(different.length).toBeGreaterThan(40);
    }
  });

  it('have every size that Windows asks for, so that none is scaled', async () => {
    const sizes = icoEntries(await readFile(join(folder, 'icon.ico'))).map(({ size }) => size);
    expect(sizes).toEqual([16, 20, 24, 32, 40, 48, 64, 128, 256]);
    for (const state of states) {
      const entries = icoEntries(await readFile(trayIconFile(folder, state, 'win32')));
      expect(entries.map(({ size }) => size)).toEqual([16, 20, 24, 32, 40, 48]);
      for (const entry of entries) expect(pixelsOf(entry).some((octet) => octet > 0)).toBe(true);
    }
  });
});

/** A picture of `size` × `size`; four octets a pixel (red, green, blue, alpha), rows from the top. */
export interface Picture {
  readonly size: number;
  readonly rgba: Uint8Array;
  /** The same as a PNG file. */
  readonly png: Uint8Array;
}

const HEADER = 6;
const ENTRY = 16;

/**
 * A Windows icon file of several sizes. As Windows itself does it, 256 is a PNG and what is smaller a bitmap, which
 * every program that shows icons can read.
 */
export function icoFile(pictures: readonly Picture[]): Buffer {
  const images = pictures.map((picture) => (picture.size >= 256 ? Buffer.from(picture.png) : bitmap(picture)));
  const head = Buffer.alloc(HEADER + ENTRY * images.length);
  head.writeUInt16LE(1, 2); // an icon
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  for (const [index, image] of images.entries()) {
    const at = HEADER + ENTRY * index;
    const size = pictures[index]!.size % 256; // 0 stands for 256
    head.writeUInt8(size, at);
    head.writeUInt8(size, at + 1);
    head.writeUInt16LE(1, at + 4); // planes
    head.writeUInt16LE(32, at + 6); // bits a pixel
    head.writeUInt32LE(image.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += image.length;
  }
  return Buffer.concat([head, ...images]);
}

/** BITMAPINFOHEADER, pixels as BGRA from the bottom row up, and a mask that is empty because alpha says it all. */
function bitmap({ size, rgba }: Picture): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(size, 4);
  header.writeInt32LE(size * 2, 8); // pixels and mask
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const pixels = Buffer.alloc(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = (y * size + x) * 4;
      const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(from, from + 4);
      pixels.set([blue, green, red, alpha], ((size - 1 - y) * size + x) * 4);
    }
  }
  const maskRow = Math.ceil(size / 32) * 4;
  return Buffer.concat([header, pixels, Buffer.alloc(maskRow * size)]);
}

import { crc32 } from 'node:zlib';

/** A zip of executable files, stored as they are. */
export function makeZip(files: Readonly<Record<string, Buffer>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const local = Buffer.concat([header(0x04034b50, 30, content), Buffer.from(name), content]);
    local.writeUInt16LE(name.length, 26);
    parts.push(local);
    directory.push(entry(name, content, at));
    at += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  for (const offset of [8, 10]) end.writeUInt16LE(directory.length, offset);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, index, end]);
}

/** What local and central headers have in common; the central one has two octets more before it. */
function header(signature: number, length: number, content: Buffer, shift = 0): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(signature, 0);
  bytes.writeUInt16LE(20, 4 + shift);
  bytes.writeUInt32LE(crc32(content), 14 + shift);
  bytes.writeUInt32LE(content.length, 18 + shift);
  bytes.writeUInt32LE(content.length, 22 + shift);
  return bytes;
}

function entry(name: string, content: Buffer, at: number): Buffer {
  const bytes = header(0x02014b50, 46, content, 2);
  bytes.writeUInt16LE((3 << 8) | 20, 4); // made by Unix: the mode below holds
  bytes.writeUInt16LE(name.length, 28);
  bytes.writeUInt32LE((0o100755 << 16) >>> 0, 38);
  bytes.writeUInt32LE(at, 42);
  return Buffer.concat([bytes, Buffer.from(name)]);
}

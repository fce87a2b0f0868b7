import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { endianness, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keyOf, readTables, systemUnacknowledged } from './unacknowledged.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

async function keysIn(...tables: string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mailroom-tables-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const files = tables.map((_, index) => join(folder, String(index)));
  for (const [index, file] of files.entries()) await writeFile(file, HEAD + tables[index]);
  return [...(await readTables([join(folder, 'missing'), ...files])).keys()];
}

/** `timer` 01 repeats, 02 keeps alive, 00 none, 04 asks a full client for room. */
function line(local: string, remote: string, { queue = '0000000D', timer = '01', repeated = '00000005' } = {}): string {
  return `   7: ${local} ${remote} 01 ${queue}:00000000 ${timer}:00000A12 ${repeated}     0        0 1234 1 0000000000000000 20 4 30 10 -1\n`;
}

describe('who acknowledges nothing', () => {
  it.runIf(endianness() === 'LE')('is found by both ends, IPv4, IPv4 seen as IPv6, and IPv6', async () => {
    const v4 = line('0100007F:008F', '0701A8C0:C350');
    const mapped = line('0000000000000000FFFF00000100007F:03E1', '0000000000000000FFFF00000801A8C0:C351');
    const v6 = line('B80D01200000000000000000010000FF:03E1', 'B80D01200000000000000000020000FF:C352');
    expect(await keysIn(v4, mapped + v6)).toEqual([
      keyOf({ localPort: 143, remoteAddress: '192.168.1.7', remotePort: 50_000 }),
      keyOf({ localPort: 993, remoteAddress: '::ffff:192.168.1.8', remotePort: 50_001 }),
      keyOf({ localPort: 993, remoteAddress: '2001:db8::ff00:2', remotePort: 50_002 }),
    ]);
  });

  it('is nobody who waits for nothing, has read too little, or was asked once', async () => {
    const ends = ['0100007F:008F', '0701A8C0:C350'] as const;
    const others = [{ queue: '00000000' }, { timer: '02' }, { timer: '04' }, { timer: '00' }, { repeated: '00000000' }];
    expect(await keysIn(others.map((each) => line(...ends, each)).join(''), 'not such a list\n')).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    'can be asked for on this system, on which nobody is lost just now',
    async () => {
      expect(await systemUnacknowledged()!()).toBeInstanceOf(Map);
      expect(systemUnacknowledged('darwin')).toBeUndefined();
    },
  );
});

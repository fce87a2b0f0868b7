import { createReadStream } from 'node:fs';
import { endianness } from 'node:os';
import { createInterface } from 'node:readline';
import { parseAddress } from '../../base/ip-network.ts';

/** A TCP connection as both ends see it. */
export interface Ends {
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/**
 * The connections of this machine on which something is sent again and again because nobody says that it has come, by
 * `keyOf`, with how often it was repeated so far.
 */
export type UnacknowledgedReader = () => Promise<ReadonlyMap<string, number>>;

/**
 * Linux' list of connections (proc(5), /proc/net/tcp); undefined on other systems, which have no such file.
 *
 * Why it is looked at: keep-alive finds a client that has vanished within some 70 seconds, but only while nothing is on
 * its way to it. Once a heartbeat or a notice was sent, the system repeats that instead, on Linux for 15 minutes and
 * more (tcp_retries2), and what would shorten this (TCP_USER_TIMEOUT, RFC 5482) cannot be set from Node. Windows gives up
 * after five repetitions, some 20 seconds; macOS after twelve, some minutes, about which nothing can be done from here.
 */
export function systemUnacknowledged(platform = process.platform): UnacknowledgedReader | undefined {
  return platform === 'linux' ? () => readTables(['/proc/net/tcp', '/proc/net/tcp6']) : undefined;
}

/** @param files in the form of /proc/net/tcp; those that cannot be read (no IPv6) are passed over */
export async function readTables(files: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const repeated = new Map<string, number>();
  for (const file of files) {
    try {
      // Piece by piece: the list of a busy machine is a megabyte, and others wait for the thread.
      for await (const line of createInterface({ input: createReadStream(file, 'latin1') })) {
        noteLine(line, repeated);
      }
    } catch {}
  }
  return repeated;
}

export function keyOf({ localPort, remoteAddress, remotePort }: Ends): string {
  const words = parseAddress(remoteAddress) ?? [];
  return `${localPort} ${words.join('.')} ${remotePort}`;
}

/** sl local:port remote:port state tx_queue:rx_queue timer:when retransmits …; all hexadecimal. */
const LINE =
  /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]{2} ([0-9A-F]{8}):[0-9A-F]{8} 01:[0-9A-F]{8} ([0-9A-F]{8})/;

/** Notes a connection whose timer of repetition (01) runs, that has something on its way and repeated it already. */
function noteLine(line: string, repeated: Map<string, number>): void {
  const [, localPort, address, remotePort, queue, times] = LINE.exec(line) ?? [];
  if (localPort === undefined || address === undefined) return;
  const [local, remote, octets, count] = [localPort, remotePort, queue, times].map((hex = '') =>
    Number.parseInt(hex, 16),
  );
  if (octets! > 0 && count! > 0) repeated.set(`${local} ${wordsOf(address).join('.')} ${remote}`, count!);
}

/** The address as parseAddress has it. The kernel writes 32 bits at a time, each in the order of the machine. */
function wordsOf(hex: string): readonly number[] {
  const octets = Buffer.from(hex, 'hex');
  if (endianness() === 'LE') octets.swap32();
  const words = Array.from({ length: octets.length / 4 }, (_, index) => octets.readUInt32BE(4 * index));
  return words.length === 4 && words[0] === 0 && words[1] === 0 && words[2] === 0xffff ? words.slice(3) : words;
}

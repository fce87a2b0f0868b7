import { Random } from '../support/random.ts';
import { mutated } from './mutations.ts';
import { prefixOf, SEEDS } from './seeds.ts';

/** All that is sent in one session and how; the same for the same seed and number. */
export interface SessionPlan {
  readonly name: string;
  /** TLS from the start, a handshake after STARTTLS, or none. */
  readonly transport: 'plain' | 'tls' | 'starttls';
  /** Sent first, whole, not mutated. */
  readonly prefix: Buffer;
  /** Sent after it in these pieces, without waiting for replies. */
  readonly chunks: readonly Buffer[];
  /** Milliseconds between the pieces. */
  readonly pause: number;
  /** How the client leaves: says it is done, or breaks off, perhaps before all was sent. */
  readonly ending: 'end' | 'break';
  /** False: the client never reads a single octet. */
  readonly reads: boolean;
  /** Of a session that was not mutated: the tags, each of which must be answered. */
  readonly mustBeAnswered: readonly string[];
}

export function planSession(seed: number, number: number): SessionPlan {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const base = random.pick(SEEDS);
  const text = mutated(base.text, random, () => random.pick(SEEDS).text);
  const chunks = cut(Buffer.from(text, 'latin1'), random);
  const ending = random.chance(0.9) ? 'end' : 'break';
  const reads = random.chance(0.98);
  const valid = text === base.text && ending === 'end' && reads && base.name !== 'tls'; // no handshake follows there
  return {
    name: base.name,
    transport: random.weighted([
      ['plain', 85],
      ['tls', 8],
      ['starttls', 7],
    ]),
    prefix: Buffer.from(prefixOf(base.state), 'latin1'),
    chunks: ending === 'break' ? chunks.slice(0, random.int(chunks.length + 1)) : chunks,
    pause: random.chance(0.1) ? random.between(1, 3) : 0,
    ending,
    reads,
    mustBeAnswered: valid ? base.tags : [],
  };
}

/** In one piece, in a few, or octet by octet. */
function cut(bytes: Buffer, random: Random): Buffer[] {
  const size = random.weighted([
    [bytes.length, 50],
    [1_400, 15],
    [random.between(2, 200), 30],
    [1, 5],
  ]);
  const least = Math.max(1, size, Math.ceil(bytes.length / 400));
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += least) chunks.push(bytes.subarray(at, at + least));
  return chunks;
}

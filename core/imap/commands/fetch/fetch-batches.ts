import { fetchLimits } from '../../../base/limits.ts';

/**
 * Cuts the messages of a FETCH into what is read at once. A message over fetchLimits.wholeMessage is a batch of its own.
 * @param sizeOf octets of the message at an index of `sequences`; left out when messages are not read
 */
export function* batchesOf(
  sequences: Uint32Array,
  sizeOf: (index: number) => number = () => 0,
): Generator<Uint32Array, undefined> {
  let start = 0;
  let octets = 0;
  for (let at = 0; at < sequences.length; at++) {
    const size = sizeOf(at);
    const alone = size > fetchLimits.wholeMessage;
    const full = at - start >= fetchLimits.batchMessages || octets + size > fetchLimits.batchOctets;
    if (at > start && (full || alone)) {
      yield sequences.subarray(start, at);
      start = at;
      octets = 0;
    }
    octets += size;
    if (!alone) continue;
    yield sequences.subarray(start, at + 1);
    start = at + 1;
    octets = 0;
  }
  if (start < sequences.length) yield sequences.subarray(start);
  return undefined;
}

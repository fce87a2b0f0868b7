/**
 * mboxrd: a line of the message that begins with any number of `>` and `From ` gets one more `>`, and loses one again
 * when it is read. Files quoted the older way (mboxo) lose the `>` of `>From ` all the same: nobody can tell there
 * whether it was added, and in real mail it nearly always was.
 */
const FROM = Buffer.from('From ');
const LF = 0x0a;
const GREATER = 0x3e;

export function quoteFromLines(message: Uint8Array): Uint8Array {
  const buffer = view(message);
  const starts = [...fromLines(buffer)].map(({ start }) => start);
  if (starts.length === 0) return message;
  const pieces: Uint8Array[] = [];
  let kept = 0;
  for (const start of starts) {
    pieces.push(buffer.subarray(kept, start), Buffer.from('>'));
    kept = start;
  }
  return Buffer.concat([...pieces, buffer.subarray(kept)]);
}

export function unquoteFromLines(content: Uint8Array): Uint8Array {
  const buffer = view(content);
  const pieces: Uint8Array[] = [];
  let kept = 0;
  for (const { start, marks } of fromLines(buffer)) {
    if (marks === 0) continue;
    pieces.push(buffer.subarray(kept, start));
    kept = start + 1;
  }
  return pieces.length === 0 ? content : Buffer.concat([...pieces, buffer.subarray(kept)]);
}

/** Lines that match `^>*From `, with the number of their `>`. */
function* fromLines(buffer: Buffer): Generator<{ start: number; marks: number }> {
  for (let at = buffer.indexOf(FROM); at >= 0; at = buffer.indexOf(FROM, at + FROM.length)) {
    let start = at;
    while (start > 0 && buffer[start - 1] === GREATER) start--;
    if (start === 0 || buffer[start - 1] === LF) yield { start, marks: at - start };
  }
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

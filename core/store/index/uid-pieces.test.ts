import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storeLimits } from '../../base/limits.ts';
import { uidPieces } from './uid-pieces.ts';

/** A mailbox's UIDs with gaps, and some of its rows. */
const mailbox = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 60 }), fc.infiniteStream(fc.boolean()))
  .map(([steps, picks]) => {
    let uid = 0;
    const uids = steps.map((step) => (uid += step));
    return { uids: Uint32Array.from(uids), rows: uids.map((_, row) => row).filter(() => picks.next().value) };
  });

describe('uidPieces', () => {
  it('means exactly the chosen messages: no neighbour is flagged, copied or expunged with them', () => {
    fc.assert(
      fc.property(mailbox, ({ uids, rows }) => {
        const meant = uidPieces(uids, rows).flatMap((piece) => {
          const inPiece =
            piece.kind === 'list' ? piece.uids : [...uids].filter((uid) => uid >= piece.from && uid <= piece.to);
          expect(inPiece).toHaveLength(piece.count);
          return inPiece;
        });
        expect(meant).toEqual(rows.map((row) => uids[row]));
      }),
    );
  });

  it('never asks SQLite for more than a slice at once, however many messages', () => {
    const uids = Uint32Array.from({ length: 20_000 }, (_, i) => i + 1);
    const all = uids.map((_, row) => row);
    for (const rows of [all, all.filter((row) => row % 2 === 0)]) {
      const pieces = uidPieces(uids, rows);
      expect(pieces.length).toBeLessThan(10);
      for (const { count } of pieces) expect(count).toBeLessThanOrEqual(storeLimits.rowsPerStatement);
    }
  });
});

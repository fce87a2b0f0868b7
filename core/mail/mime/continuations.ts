import type { Parameter } from './parameters.ts';

/** `name*3` or `name*3*`. */
const PIECE = /^(.+)\*(\d{1,5})(\*?)$/;

interface Piece {
  readonly number: number;
  /** Percent-encoded: its name ends in an asterisk. */
  readonly encoded: boolean;
  readonly value: string;
}

/**
 * Puts values together that were cut into `name*0`, `name*1` … (RFC 2231 section 3; RFC 9051 section 7.5.2 asks servers to).
 * The whole is called `name`; if a piece was percent-encoded it is called `name*` and has the form that a value in one
 * piece would have had, `charset'language'percent-encoded`: what clients know to decode.
 */
export function joinContinuations(parameters: readonly Parameter[]): readonly Parameter[] {
  if (!parameters.some(({ name }) => PIECE.test(name))) return parameters;
  const joined: (Parameter | string)[] = [];
  const piecesOf = new Map<string, { name: string; pieces: Piece[] }>();
  for (const parameter of parameters) {
    const match = PIECE.exec(parameter.name);
    if (!match) {
      joined.push(parameter);
      continue;
    }
    const [, name, number, asterisk] = match;
    const key = name!.toLowerCase();
    const piece = { number: Number(number), encoded: asterisk === '*', value: parameter.value };
    const known = piecesOf.get(key);
    if (known) known.pieces.push(piece);
    else {
      piecesOf.set(key, { name: name!, pieces: [piece] });
      joined.push(key);
    }
  }
  return joined.map((entry) => (typeof entry === 'string' ? join(piecesOf.get(entry)!) : entry));
}

function join({ name, pieces }: { name: string; pieces: Piece[] }): Parameter {
  // RFC 2231 3: the order in the field means nothing
  const ordered = pieces.toSorted((a, b) => a.number - b.number);
  const encoded = ordered.some((piece) => piece.encoded);
  const values = ordered.map((piece) => (encoded && !piece.encoded ? percentEncode(piece.value) : piece.value));
  return { name: encoded ? `${name}*` : name, value: values.join('') };
}

function percentEncode(text: string): string {
  return text.replace(/[^A-Za-z0-9!#$&+\-.^_`|~]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

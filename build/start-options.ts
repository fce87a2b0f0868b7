import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface StartOptions {
  /** No app: asked for, or something is asked for that only `mailroom serve` has. */
  readonly headless: boolean;
  /** The data folder, absolute; undefined: the usual one. */
  readonly data: string | undefined;
  /** The arguments of `mailroom serve`, which says itself what is wrong with them. */
  readonly serve: readonly string[];
}

/** Reads what stands behind `npm start --`. Never throws. */
export function readStartOptions(args: readonly string[]): StartOptions {
  const { tokens, values } = parseArgs({
    args: [...args],
    options: { headless: { type: 'boolean' }, data: { type: 'string' } },
    ...({ strict: false, allowPositionals: true, tokens: true } as const),
  });
  const isOfBoth = (token: (typeof tokens)[number]) =>
    token.kind === 'option' && token.name === 'data' && Boolean(token.value);
  return {
    headless: !tokens.every(isOfBoth),
    data: typeof values.data === 'string' ? resolve(values.data) : undefined,
    serve: args.filter((arg) => arg !== '--headless'),
  };
}

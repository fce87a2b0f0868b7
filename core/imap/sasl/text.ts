import { Malformed } from '../../base/errors.ts';

/**
 * The text of a SASL response, which all mechanisms here want in UTF-8.
 * @throws Malformed for other octets.
 */
export function saslText(octets: Uint8Array, mechanism: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    throw new Malformed(`The ${mechanism} response is not UTF-8`);
  }
}

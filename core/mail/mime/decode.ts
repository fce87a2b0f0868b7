/** From octets of a message to what they mean. */
export { Charsets, decodeText } from './charset.ts';
export { decodeHeader } from './header-text.ts';
export { decodeTransfer, withCrlf } from './transfer.ts';

import { trimBlanks } from './field-scanner.ts';
import type { HeaderFields } from './header-fields.ts';
import { type Parameter, parseParameters } from './parameters.ts';

/** Content-Type of a part, after defaults. Type and subtype are lower case. */
export interface ContentType {
  readonly type: string;
  readonly subtype: string;
  readonly parameters: readonly Parameter[];
}

const US_ASCII: readonly Parameter[] = [{ name: 'charset', value: 'us-ascii' }];
/** RFC 2045 section 5.2: what no Content-Type, or one that cannot be read, means. */
export const PLAIN_TEXT: ContentType = { type: 'text', subtype: 'plain', parameters: US_ASCII };
/** RFC 2046 section 5.1.5: the same in a digest. */
export const DIGESTED_MESSAGE: ContentType = { type: 'message', subtype: 'rfc822', parameters: [] };
/** What is shown for a part that is not looked into any more. */
export const OPAQUE: ContentType = { type: 'application', subtype: 'octet-stream', parameters: [] };

/** RFC 2045 section 5.1, `token`. 8-bit octets are let through, as they are everywhere in headers. */
const TOKEN = /^[^\x00-\x20()<>@,;:\\"/[\]?=\x7f]+$/;

/** The Content-Type of a part; `missing` when the header has none. */
export function contentType(fields: HeaderFields, missing: ContentType): ContentType {
  const field = fields.get('content-type');
  return field === undefined ? missing : parseContentType(field);
}

function parseContentType(field: string): ContentType {
  const semicolon = field.indexOf(';');
  const name = semicolon < 0 ? field : field.slice(0, semicolon);
  const parameters = semicolon < 0 ? [] : parseParameters(field, semicolon);
  const slash = name.indexOf('/');
  const type = token(slash < 0 ? name : name.slice(0, slash));
  const subtype = slash < 0 ? undefined : token(name.slice(slash + 1));
  if (!type) return PLAIN_TEXT;
  if (!subtype) return withoutSubtype(type, parameters);
  return { type, subtype, parameters: type === 'text' ? withCharset(parameters) : parameters };
}

/** `Content-Type: text` of old senders says enough; with other types RFC 2045 section 5.2 applies. */
function withoutSubtype(type: string, parameters: readonly Parameter[]): ContentType {
  if (type === 'multipart') return { type, subtype: 'mixed', parameters };
  return type === 'text' ? { type, subtype: 'plain', parameters: withCharset(parameters) } : PLAIN_TEXT;
}

/** RFC 2045 section 5.2: text is us-ascii unless it says otherwise. */
function withCharset(parameters: readonly Parameter[]): readonly Parameter[] {
  const hasCharset = parameters.some((parameter) => parameter.name.toLowerCase() === 'charset');
  return hasCharset ? parameters : [...US_ASCII, ...parameters];
}

/** The value of the first parameter of this lower-case name. */
export function parameterValue(parameters: readonly Parameter[], name: string): string | undefined {
  return parameters.find((parameter) => parameter.name.toLowerCase() === name)?.value;
}

/** Content-Transfer-Encoding in lower case (RFC 2045 section 6.1: 7bit when there is none). */
export function transferEncoding(fields: HeaderFields): string {
  const field = fields.get('content-transfer-encoding');
  return (field && token(field)) || '7bit';
}

/** A token in lower case, with blanks and comments around it taken away; undefined if it is none. */
function token(text: string): string | undefined {
  const comment = text.indexOf('(');
  const bare = trimBlanks(comment < 0 ? text : text.slice(0, comment)).toLowerCase();
  return TOKEN.test(bare) ? bare : undefined;
}

import type { HeaderFields } from './header-fields.ts';
import { type Parameter, parseParameters } from './parameters.ts';
import { withoutComments } from './structured-text.ts';

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
const TOKEN = '[^\\x00-\\x20()<>@,;:\\\\"/[\\]?=\\x7f]+';
const FIRST_TOKEN = new RegExp(`^"?(${TOKEN})"?`);
/** A token alone, or with what may follow one. */
const ONLY_TOKEN = new RegExp(`^"?(${TOKEN})"?[ \\t]*(?:[;(].*)?$`, 's');
const MEDIA_TYPE = new RegExp(`^(${TOKEN})[ \\t]*(?:/[ \\t]*(${TOKEN}))?`);

/** The Content-Type of a part; `missing` when the header has none. */
export function contentType(fields: HeaderFields, missing: ContentType): ContentType {
  const field = fields.get('content-type');
  return field === undefined ? missing : parseContentType(withoutComments(field));
}

function parseContentType(field: string): ContentType {
  const media = MEDIA_TYPE.exec(field);
  if (!media) return PLAIN_TEXT;
  const type = media[1]!.toLowerCase();
  const subtype = media[2]?.toLowerCase() ?? subtypeOf(type);
  if (subtype === undefined) return PLAIN_TEXT;
  // Behind the type, not behind its semicolon: that is forgotten now and then
  const parameters = parseParameters(field, media[0].length);
  return { type, subtype, parameters: type === 'text' ? withCharset(parameters) : parameters };
}

/** `Content-Type: text` of old senders says enough; with other types RFC 2045 section 5.2 applies. */
function subtypeOf(type: string): string | undefined {
  if (type === 'multipart') return 'mixed';
  return type === 'text' ? 'plain' : undefined;
}

/** RFC 2045 section 5.2: text is us-ascii unless it says otherwise. */
function withCharset(parameters: readonly Parameter[]): readonly Parameter[] {
  return parameterValue(parameters, 'charset') === undefined ? [...parameters, ...US_ASCII] : parameters;
}

/** The value of the first parameter of this lower-case name. */
export function parameterValue(parameters: readonly Parameter[], name: string): string | undefined {
  return parameters.find((parameter) => parameter.name.toLowerCase() === name)?.value;
}

/** Content-Transfer-Encoding in lower case (RFC 2045 section 6.1: 7bit when there is none, or none that can be read). */
export function transferEncoding(fields: HeaderFields): string {
  const field = fields.get('content-transfer-encoding');
  if (field === undefined) return '7bit';
  return ONLY_TOKEN.exec(withoutComments(field))?.[1]?.toLowerCase() ?? '7bit';
}

export interface Disposition {
  /** Lower case. */
  readonly type: string;
  readonly parameters: readonly Parameter[];
}

/** Content-Disposition (RFC 2183); undefined when it says nothing. */
export function disposition(fields: HeaderFields): Disposition | undefined {
  const given = fields.get('content-disposition');
  if (!given) return undefined;
  const field = withoutComments(given);
  const type = FIRST_TOKEN.exec(field);
  const parameters = parseParameters(field, type?.[0].length ?? 0);
  // RFC 2183 2.8: what cannot be read is an attachment
  return { type: type?.[1]?.toLowerCase() ?? 'attachment', parameters };
}

import { type EmailParts, emailParts } from './email.ts';

/** What Outlook asks. */
export interface AutodiscoverRequest {
  readonly email: EmailParts;
  /** The schema of the answer it understands; undefined: it did not say. */
  readonly schema: string | undefined;
}

/**
 * Reads a request. Undefined for whatever is not plainly one: entities, comments, CDATA, document types and anything else
 * that a mail program does not need and an attacker might are not XML to us.
 */
export function readAutodiscoverRequest(body: string): AutodiscoverRequest | undefined {
  const fields = fieldsOf(body.replace(declaration, '').trim());
  const email = emailParts(fields?.get('Autodiscover/Request/EMailAddress') ?? '');
  if (email === undefined) return undefined;
  return { email, schema: fields?.get('Autodiscover/Request/AcceptableResponseSchema') };
}

const declaration = /^\uFEFF?(?:<\?xml[ \t\r\n][^<>?]*\?>)?/;
/** Text, then a tag: groups of the text, the slash of an end, the name, the slash of an empty element. */
const textAndTag =
  /([^<&]*)<(\/?)([A-Za-z_][\w.-]*)(?:[ \t\r\n]+[A-Za-z_:][\w:.-]*[ \t\r\n]*=[ \t\r\n]*(?:"[^"<&]*"|'[^'<&]*'))*[ \t\r\n]*(\/?)>/gy;

/** The text of every element, by its path; undefined: not well-formed, one came twice, or it is too deep for a request. */
function fieldsOf(xml: string): ReadonlyMap<string, string> | undefined {
  const elements = new Elements();
  let read = 0;
  for (const [whole, text = '', end = '', name = '', empty = ''] of xml.matchAll(textAndTag)) {
    read += whole.length;
    if (!elements.isText(text)) return undefined;
    if (end === '' && !elements.begin(name)) return undefined;
    if ((end !== '' || empty !== '') && !elements.end(name)) return undefined;
  }
  return read === xml.length && elements.isWhole ? elements.fields : undefined;
}

/** The tree of a request is three levels; more would be somebody's test of our patience. */
const DEPTH = 8;

/** The elements read so far. Each method says false when what comes must not come there. */
class Elements {
  readonly fields = new Map<string, string>();
  readonly #open: string[] = [];

  get isWhole(): boolean {
    return this.#open.length === 0 && this.fields.size > 0;
  }

  /** Text beside elements is layout, but for spaces outside of all. */
  isText(text: string): boolean {
    if (this.#open.length === 0) return text.trim() === '';
    if (text.trim() !== '') this.fields.set(this.#path, text.trim());
    return true;
  }

  begin(name: string): boolean {
    if (this.isWhole || this.#open.length === DEPTH) return false;
    this.#open.push(name);
    if (this.fields.has(this.#path)) return false;
    this.fields.set(this.#path, '');
    return true;
  }

  end(name: string): boolean {
    return this.#open.pop() === name;
  }

  get #path(): string {
    return this.#open.join('/');
  }
}

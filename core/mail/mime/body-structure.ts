import { type Disposition, disposition } from './content-fields.ts';
import type { Entity } from './entity.ts';
import { renderEnvelope } from './envelope.ts';
import { trimBlanks } from './field-scanner.ts';
import type { HeaderFields } from './header-fields.ts';
import { LineCounter } from './line-counter.ts';
import type { Parameter } from './parameters.ts';
import { renderNstring, renderString } from './render.ts';
import { withoutComments } from './structured-text.ts';

/** One part in both forms (RFC 9051 section 7.5.2): BODY leaves out the extension data. */
export interface RenderedBody {
  readonly body: string;
  readonly bodyStructure: string;
}

export function renderBody(entity: Entity, lines: LineCounter): RenderedBody {
  return entity.contentType.type === 'multipart' ? renderMultipart(entity, lines) : renderSingle(entity, lines);
}

// body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]
function renderMultipart(entity: Entity, lines: LineCounter): RenderedBody {
  const { subtype, parameters } = entity.contentType;
  let body = '(';
  let bodyStructure = '(';
  for (const child of entity.children) {
    const rendered = renderBody(child, lines);
    body += rendered.body;
    bodyStructure += rendered.bodyStructure;
  }
  const media = ` ${renderString(subtype)}`;
  const extension = ` ${renderParameters(parameters)}${renderExtension(entity.fields)}`;
  return { body: `${body}${media})`, bodyStructure: `${bodyStructure}${media}${extension})` };
}

// body-type-basic = media-basic SP body-fields; body-type-msg and body-type-text say more behind it
function renderSingle(entity: Entity, lines: LineCounter): RenderedBody {
  const { layout, fields, contentType } = entity;
  const basic = [
    `(${renderString(contentType.type)}`,
    renderString(contentType.subtype),
    renderParameters(contentType.parameters),
    renderNstring(fields.get('content-id')),
    renderNstring(fields.get('content-description')),
    renderString(layout.encoding),
    String(layout.bodyEnd - layout.bodyStart),
  ].join(' ');
  const lineCount = () => lines.count(layout.bodyStart, layout.bodyEnd);
  const extension = ` ${renderNstring(fields.get('content-md5'))}${renderExtension(fields)})`;
  const message = entity.children[0];
  if (message) {
    const inside = renderBody(message, entity.decoded ? new LineCounter(entity.decoded) : lines);
    const envelope = renderEnvelope(message.fields);
    const count = lineCount();
    return {
      body: `${basic} ${envelope} ${inside.body} ${count})`,
      bodyStructure: `${basic} ${envelope} ${inside.bodyStructure} ${count}${extension}`,
    };
  }
  const fieldsText = contentType.type === 'text' ? `${basic} ${lineCount()}` : basic;
  return { body: `${fieldsText})`, bodyStructure: fieldsText + extension };
}

// body-fld-param = "(" string SP string *(SP string SP string) ")" / nil
function renderParameters(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return 'NIL';
  const pairs = parameters.map(({ name, value }) => `${renderString(name)} ${renderString(value)}`);
  return `(${pairs.join(' ')})`;
}

/** What both kinds of extension data end with: disposition, language, location. */
function renderExtension(fields: HeaderFields): string {
  const language = fields.get('content-language');
  const location = fields.get('content-location');
  if (!fields.has('content-disposition') && language === undefined && location === undefined) return ' NIL NIL NIL';
  return ` ${renderDisposition(disposition(fields))} ${renderLanguage(language)} ${renderNstring(location)}`;
}

// body-fld-dsp = "(" string SP body-fld-param ")" / nil
function renderDisposition(value: Disposition | undefined): string {
  return value ? `(${renderString(value.type)} ${renderParameters(value.parameters)})` : 'NIL';
}

// body-fld-lang = nstring / "(" string *(SP string) ")"
function renderLanguage(field: string | undefined): string {
  const tags = withoutComments(field ?? '')
    .split(',')
    .map(trimBlanks)
    .filter((tag) => tag !== '');
  return tags.length === 0 ? 'NIL' : `(${tags.map(renderString).join(' ')})`;
}

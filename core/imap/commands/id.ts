import { Malformed } from '../../base/errors.ts';
import { wireLimits } from '../../base/limits.ts';
import type { ArgumentReader } from '../wire/argument-reader.ts';
import type { Command } from './command.ts';

type Identification = ReadonlyMap<string, string>;

/**
 * ID (RFC 2971): who the client is goes to the log with its login; the answer names the product and no version for a
 * stranger to use.
 */
export const id: Command<Identification> = {
  name: 'ID',
  states: ['notAuthenticated', 'authenticated', 'selected'],
  mayExpunge: true,
  capabilities: () => ['ID'],
  parse(reader) {
    reader.expectSpace();
    const fields = reader.keyword('NIL') === undefined ? fieldList(reader) : new Map<string, string>();
    reader.expectEnd();
    return fields;
  },
  run(session, fields) {
    const described = [...fields].map(([name, value]) => `${name}=${value}`).join(' ');
    session.clientId = described.replace(/[\x00-\x1f\x7f]/g, ' ').slice(0, wireLimits.clientId);
    session.writer.untagged('ID ("name" "Mailroom")');
    return { text: 'Pleased to meet you' };
  },
};

/** id-params-list = "(" *(string SP nstring) ")" (RFC 2971 section 4), names compared without case. */
function fieldList(reader: ArgumentReader): Identification {
  const fields = new Map<string, string>();
  const pair = () => {
    const name = Buffer.from(reader.expectString()).toString('utf8').toLowerCase();
    reader.expectSpace();
    const value = reader.expectNstring();
    if (value !== null) fields.set(name, Buffer.from(value).toString('utf8'));
  };
  reader.expectList(pair, { min: 0 });
  // RFC 2971 section 3.3: no more than 30 fields
  if (fields.size > 30) throw new Malformed('ID takes 30 fields at most');
  return fields;
}

import { normaliseUnicode } from '../../base/normalise-unicode.ts';
import { Slice } from '../../base/slices.ts';
import type { Session } from '../session/session.ts';
import type { Command, Completion } from './command.ts';
import { ListPatterns } from './list-pattern.ts';
import { writeList } from './list-reply.ts';
import { subscribedNames } from './lsub-names.ts';

interface LsubArguments {
  readonly reference: string;
  readonly pattern: string;
}

/** LSUB (RFC 3501 section 6.3.9): the names subscribed to, for clients that do not know LIST (SUBSCRIBED). */
export const lsub: Command<LsubArguments> = {
  name: 'LSUB',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  parse(reader, { utf8 }) {
    reader.expectSpace();
    const reference = normaliseUnicode(reader.expectMailbox(utf8), 'NFC');
    reader.expectSpace();
    const pattern = normaliseUnicode(reader.expectListMailbox(utf8), 'NFC');
    reader.expectEnd();
    return { reference, pattern };
  },
  run: runLsub,
};

async function runLsub(session: Session, { reference, pattern }: LsubArguments): Promise<Completion> {
  const slice = new Slice();
  const patterns = new ListPatterns(reference, [pattern]);
  for (const { name, subscribed } of await subscribedNames(session.account.subscriptions(), patterns)) {
    writeList(session, 'LSUB', subscribed ? [] : ['\\Noselect'], name);
    if (slice.over) await slice.rest();
    const drained = session.writer.drained();
    if (drained !== undefined) await drained;
  }
  return { text: 'Subscriptions listed' };
}

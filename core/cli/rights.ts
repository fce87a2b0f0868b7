import { UserError } from '../base/errors.ts';
import { presetLetters, RIGHTS_PRESETS, rightsFromText } from '../mail/rights.ts';

/** Letters of RFC 4314 from letters or the name of a preset. @throws UserError */
export function rightsLetters(text: string): string {
  const preset = presetLetters(text);
  if (preset !== undefined) return preset;
  if (text !== '' && rightsFromText(text) !== undefined) return text;
  throw new UserError(
    `${JSON.stringify(text)} are no rights: give ${Object.keys(RIGHTS_PRESETS).join(', ')} or letters of lrswipkxtea`,
  );
}

export const rightsHelp = `
WHO is a user, a group with $ before it (in single quotes, or the shell takes it), or anyone; with - before it (and --
before that) the rights are taken away from whoever has them otherwise. RIGHTS are
  read   see and read             lr
  mark   and keep what is seen    lrs
  edit   and change, add, delete  lrswipte
  full   everything               lrswipkxtea
  none   nothing any more
or letters of RFC 4314: l see, r read, s keep seen, w write flags, i insert, p post, k create below, x delete the mailbox,
t mark as deleted, e expunge, a administer.`;

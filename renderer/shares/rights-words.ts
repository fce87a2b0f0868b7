import { presetOf, RIGHTS, type Right, rightsFromText } from '../../core/mail/rights.ts';
import { entriesText, entryText, presetNames, rightNames } from '../text/shares.ts';

/** The single rights in the order in which they are offered: seeing first, administering last. */
export const offeredRights = Object.keys(rightNames) as readonly Right[];

/** `see, read, keep seen-state` */
export function rightsWords(letters: string): string {
  const rights = rightsFromText(letters);
  return offeredRights
    .filter((right) => rights?.has(right))
    .map((right) => rightNames[right])
    .join(', ');
}

/** The preset's name, or that the rights are somebody's own choice. */
export function rightsName(letters: string): string {
  const preset = presetOf(letters);
  return preset === undefined ? entryText.own : presetNames[preset];
}

/** As a list shows it; rights that are taken away are said to be. */
export function entryWords({ identifier, rights }: { identifier: string; rights: string }): string {
  return identifier.startsWith('-') ? entriesText.takenAway(rightsName(rights)) : rightsName(rights);
}

/** The letters with one right given or not, in the order in which they are written. */
export function withRight(letters: string, right: Right, given: boolean): string {
  return RIGHTS.filter((each) => (each === right ? given : letters.includes(each))).join('');
}

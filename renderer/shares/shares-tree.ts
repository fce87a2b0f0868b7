import type { SharedMailbox, ShareOwner } from '../../core/admin/contract.ts';
import { sharesText } from '../text/shares.ts';
import { ownerKey, type Place, placeKey } from './mailbox-key.ts';
import { entryWords } from './rights-words.ts';

/** As the control Tree takes it. */
export interface TreeNode {
  readonly key: string;
  readonly label: string;
  readonly children?: readonly TreeNode[];
}

/**
 * Owners, the public folders first; below each his shared mailboxes, and with whom.
 * @param chosen a mailbox that is about to be shared: it is there without entries
 */
export function sharesTree(shares: readonly SharedMailbox[], chosen: Place | undefined): readonly TreeNode[] {
  const all = withChosen(shares, chosen);
  return [...Map.groupBy(all, ({ owner }) => ownerKey(owner))]
    .map(([key, mailboxes]) => ({
      key,
      label: ownerLabel(mailboxes[0]!.owner),
      isPublic: mailboxes[0]!.owner.kind === 'public',
      children: mailboxes.map(nodeOf).sort((a, b) => a.label.localeCompare(b.label)),
    }))
    .sort((a, b) => Number(b.isPublic) - Number(a.isPublic) || a.label.localeCompare(b.label))
    .map(({ key, label, children }) => ({ key, label, children }));
}

function withChosen(shares: readonly SharedMailbox[], chosen: Place | undefined): readonly SharedMailbox[] {
  if (chosen === undefined || shares.some((share) => placeKey(share) === placeKey(chosen))) return shares;
  return [...shares, { ...chosen, entries: [] }];
}

function ownerLabel(owner: ShareOwner): string {
  return owner.kind === 'public' ? sharesText.publicFolders : owner.name;
}

function nodeOf(share: SharedMailbox): TreeNode {
  const who = share.entries.map((entry) => `${entry.identifier}: ${entryWords(entry)}`);
  return { key: placeKey(share), label: sharesText.node(share.mailbox, who) };
}

import type { Right, RightsPreset } from '../../core/mail/rights.ts';

/** The words of the Shared Folders page. */
export const sharesText = {
  tree: 'Shared folders',
  empty: 'Nothing is shared yet. Choose Share a folder…, or make a public folder that belongs to nobody.',
  loading: 'Reading what is shared…',
  actions: 'Change shared folders',
  publicFolders: 'Public folders',
  /** A mailbox and who has it. */
  node: (name: string, who: readonly string[]) => (who.length === 0 ? name : `${name} (${who.join(', ')})`),
  share: 'Share a &folder…',
  createPublic: 'New pu&blic folder…',
  renamePublic: '&Rename public folder…',
  removePublic: 'Remo&ve public folder…',
  choose: 'Choose a folder to see who may do what with it.',
  ok: 'OK',
  cancel: 'Cancel',
} as const;

export const shareFolderText = {
  title: 'Share a Folder',
  owner: 'Whose folder',
  mailbox: 'Folder',
  none: '(choose)',
  noUsers: 'There are no users yet. Add them on the Users page first.',
  help: 'Next, choose Add… to say with whom it is shared.',
} as const;

export const publicFolderText = {
  createTitle: 'New Public Folder',
  name: 'Name',
  nameHelp: 'With / between levels, such as Projects/2026. Until somebody is given rights, nobody sees it.',
  renameTitle: (name: string) => `Rename ${name}`,
  newName: 'New name',
  removeTitle: (name: string) => `Remove ${name}`,
  removeText: (name: string) => `The public folder ${name} and all mail in it will be gone for good.`,
  removeButton: 'Remove',
} as const;

export const entriesText = {
  group: (mailbox: string) => `Who may do what with ${mailbox}`,
  list: 'Rights',
  empty: 'Nobody but its owner sees this folder. Choose Add… to share it.',
  emptyPublic: 'Nobody sees this folder. Choose Add… to share it.',
  columns: { who: 'Who', rights: 'Rights', detail: 'In detail' },
  add: 'A&dd…',
  change: 'Cha&nge…',
  remove: 'Re&move',
  removeTitle: (who: string) => `Remove ${who}`,
  removeText: (who: string, mailbox: string) => `The entry of ${who} on ${mailbox} will be taken off the list.`,
  takenAway: (rights: string) => `Taken away: ${rights}`,
} as const;

export const entryText = {
  addTitle: (mailbox: string) => `Share ${mailbox}`,
  changeTitle: (who: string, mailbox: string) => `Rights of ${who} on ${mailbox}`,
  kind: 'With',
  user: 'A user',
  group: 'A group',
  anyone: 'Everybody who has a user name',
  userName: 'User',
  groupName: 'Group',
  none: '(choose)',
  noGroups: 'There are no groups. Make them on the Users page with Groups….',
  negative: 'Take these rights away',
  negativeHelp: 'Whatever else gives them, such as a group. Shown with - before the name.',
  preset: 'Rights',
  own: 'Own choice',
  subscribe: 'Show it in their mail programs',
  subscribeHelp:
    'Subscribes those who see the folder from now on. Most mail programs show only folders that are subscribed to; those who do not want it unsubscribe.',
  detail: 'In detail',
  atLeastOne: 'Choose at least one right. To end the sharing, choose Remove in the list.',
} as const;

export const effectiveText = {
  group: 'What a user may do in the end',
  help: 'All entries and groups taken together.',
  user: 'User t&o look at',
  nobody: '(choose)',
  result: (user: string, rights: string) => `${user} may: ${rights}.`,
  nothing: (user: string) => `${user} may do nothing here and does not see this folder.`,
} as const;

export const presetNames: Readonly<Record<RightsPreset, string>> = {
  none: 'None',
  read: 'Read',
  mark: 'Read and mark',
  edit: 'Edit',
  full: 'Full',
};

export const rightNames: Readonly<Record<Right, string>> = {
  l: 'see',
  r: 'read',
  s: 'keep seen-state',
  w: 'write flags',
  i: 'insert',
  p: 'post',
  k: 'create',
  t: 'delete messages',
  e: 'expunge',
  x: 'delete folder',
  a: 'administer',
};

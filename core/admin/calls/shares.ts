import { RIGHTS, type Rights, rightsFromText } from '../../mail/rights.ts';
import { PUBLIC_ACCOUNT, type SharedEntry } from '../../sharing/ports.ts';
import type { SharedMailbox, ShareOwner } from '../contract.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { AdminFailure, blaming } from '../failure.ts';
import type { HandlersOf } from '../handlers.ts';
import { needUser } from './users.ts';

type Dependencies = Pick<AdminDependencies, 'shares' | 'directory'>;

export function shareCalls(dependencies: Dependencies): HandlersOf<'shares' | 'publicFolders'> {
  const { shares, directory } = dependencies;
  return {
    'shares.list': async () => (await shares.list()).flatMap((entry) => sharedMailbox(dependencies, entry)),
    'shares.mailboxes': ({ owner }) => shares.mailboxes(ownerId(dependencies, owner)),
    'shares.set': async ({ owner, mailbox, identifier, rights: letters, subscribe }) => {
      const id = ownerId(dependencies, owner);
      await needMailbox(dependencies, id, mailbox, 'mailbox');
      const rights = rightsFromText(letters);
      if (rights === undefined) {
        throw new AdminFailure('invalid', 'Rights are letters of lrswipkxtea', 'rights');
      }
      await blaming('identifier', () => shares.set(id, mailbox, identifier, rights, { subscribe }));
    },
    'shares.effective': async ({ owner, mailbox, user }) => {
      const id = ownerId(dependencies, owner);
      await needMailbox(dependencies, id, mailbox, 'mailbox');
      const { accountId } = needUser(directory, user, 'user');
      return lettersOf(await shares.effective(id, mailbox, accountId));
    },
    'publicFolders.create': async ({ name }) => {
      await needFreeFolder(dependencies, name, 'name');
      await blaming('name', () => shares.createPublicFolder(name));
    },
    'publicFolders.rename': async ({ name, newName }) => {
      await needMailbox(dependencies, PUBLIC_ACCOUNT, name, 'name');
      if (newName !== name) await needFreeFolder(dependencies, newName, 'newName');
      await blaming('newName', () => shares.renamePublicFolder(name, newName));
    },
    'publicFolders.remove': async ({ name }) => {
      await needMailbox(dependencies, PUBLIC_ACCOUNT, name, 'name');
      await blaming('name', () => shares.removePublicFolder(name), 'refused');
    },
  };
}

/** Without the letters of RFC 2086, which are for clients that know no others. */
function lettersOf(rights: Rights): string {
  return RIGHTS.filter((right) => rights.has(right)).join('');
}

function ownerId({ directory }: Dependencies, owner: ShareOwner): string {
  return owner.kind === 'public' ? PUBLIC_ACCOUNT : needUser(directory, owner.name, 'owner.name').accountId;
}

/** None for an account whose user is gone: his mail is out of everybody's sight. */
function sharedMailbox({ directory }: Dependencies, { owner, mailbox, entries }: SharedEntry): SharedMailbox[] {
  const shown = {
    mailbox,
    entries: entries.map(({ identifier, rights }) => ({ identifier, rights: lettersOf(rights) })),
  };
  if (owner === PUBLIC_ACCOUNT) return [{ owner: { kind: 'public' }, ...shown }];
  const user = directory.userById(owner);
  return user === undefined ? [] : [{ owner: { kind: 'user', name: user.name }, ...shown }];
}

async function needMailbox({ shares }: Dependencies, owner: string, mailbox: string, field: string): Promise<void> {
  const wanted = mailbox.toUpperCase() === 'INBOX' ? 'INBOX' : mailbox;
  if ((await shares.mailboxes(owner)).includes(wanted)) return;
  throw new AdminFailure('notFound', `There is no mailbox ${JSON.stringify(mailbox)}`, field);
}

async function needFreeFolder({ shares }: Dependencies, name: string, field: string): Promise<void> {
  if (!(await shares.mailboxes(PUBLIC_ACCOUNT)).includes(name)) return;
  throw new AdminFailure(
    'conflict',
    `There is a public folder ${JSON.stringify(name)} already; choose another name`,
    field,
  );
}

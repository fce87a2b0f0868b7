import type { Command } from 'commander';
import type { SharedMailbox, ShareOwner } from '../../admin/contract.ts';
import { mailboxName } from '../../transfer/stored-messages.ts';
import { withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { jsonText, type ListOptions, printList, withJsonOption } from '../json-option.ts';
import { rightsHelp, rightsLetters } from '../rights.ts';
import type { Surroundings } from '../surroundings.ts';
import { printable } from '../words.ts';

export function addShareCommands(program: Command, surroundings: Surroundings): void {
  const share = program.command('share').description("say who may do what with a user's mailboxes");
  addListings(share, surroundings);
  const ownerOf = (name: string): ShareOwner => ({ kind: 'user', name });

  withSubscribeOption(withDataOption(share.command('set <owner> <mailbox> <who> <rights>'), surroundings))
    .description('share a mailbox, or withdraw it')
    .addHelpText(
      'after',
      `${rightsHelp}\n\n  mailroom share set karen INBOX olaf read\n  mailroom share set karen Projects '$sales' edit\n  mailroom share set karen INBOX olaf none`,
    )
    .action(async (owner: string, mailbox: string, who: string, rights: string, options: SetOptions) =>
      setRights(surroundings, options, { owner: ownerOf(owner), mailbox, who, rights }),
    );

  withDataOption(share.command('effective <owner> <mailbox> <user>'), surroundings)
    .description('show the rights a user has there in the end, all groups taken together')
    .action(async (owner: string, mailbox: string, user: string, { data }: DataOptions) =>
      showEffective(surroundings, data, { owner: ownerOf(owner), mailbox, user }),
    );
}

function addListings(share: Command, surroundings: Surroundings): void {
  withJsonOption(withDataOption(share.command('list'), surroundings))
    .description('show all that is shared, and all public folders')
    .action(async (options: ListOptions) => {
      const all = await withAdministration(surroundings, options.data, 'change', ({ call }) => call('shares.list', {}));
      printShares(surroundings, options, all, true);
    });

  withDataOption(share.command('mailboxes <owner>'), surroundings)
    .description('show all mailboxes of a user, shared or not')
    .action(async (name: string, { data }: DataOptions) => {
      const names = await withAdministration(surroundings, data, 'change', ({ call }) =>
        call('shares.mailboxes', { owner: { kind: 'user', name } }),
      );
      for (const mailbox of names) surroundings.terminal.out(`${printable(mailbox)}\n`);
    });
}

/** A line for each entry; of mailboxes without any one that says so. */
export function printShares(
  { terminal }: Surroundings,
  options: ListOptions,
  all: readonly SharedMailbox[],
  withOwner: boolean,
): void {
  if (options.json) {
    terminal.out(jsonText(all));
    return;
  }
  const lines = all.flatMap(({ owner, mailbox, entries }) => {
    const place = withOwner ? [owner.kind === 'public' ? '(public)' : owner.name, mailbox] : [mailbox];
    if (entries.length === 0) return [[...place, '-', '']];
    return entries.map(({ identifier, rights }) => [...place, identifier, rights]);
  });
  const heading = [...(withOwner ? ['OWNER', 'MAILBOX'] : ['FOLDER']), 'WHO', 'RIGHTS'];
  printList(options, terminal, lines, heading, (line) => line);
}

export interface SetOptions extends DataOptions {
  readonly subscribe: boolean;
}

export function withSubscribeOption(command: Command): Command {
  return command.option(
    '--no-subscribe',
    'do not subscribe those who see it from now on; most mail programs show only what is subscribed to',
  );
}

interface NewRights {
  readonly owner: ShareOwner;
  readonly mailbox: string;
  readonly who: string;
  readonly rights: string;
}

export async function setRights(
  surroundings: Surroundings,
  { data, subscribe }: SetOptions,
  { owner, mailbox, who, rights }: NewRights,
): Promise<void> {
  const letters = rightsLetters(rights);
  const place = mailboxName(mailbox);
  await withAdministration(surroundings, data, 'change', ({ call }) =>
    call('shares.set', { owner, mailbox: place, identifier: who, rights: letters, subscribe }),
  );
  if (letters !== '' && !letters.includes('l') && !who.startsWith('-')) {
    surroundings.terminal.out(`without l (see) nobody can use them, unless another entry gives it\n`);
  }
  surroundings.terminal.out(
    letters === '' ? `${who} has no rights on ${place} any more\n` : `${who} has ${letters} on ${place}\n`,
  );
}

interface Asked {
  readonly owner: ShareOwner;
  readonly mailbox: string;
  readonly user: string;
}

export async function showEffective(surroundings: Surroundings, data: string, asked: Asked): Promise<void> {
  const mailbox = mailboxName(asked.mailbox);
  const rights = await withAdministration(surroundings, data, 'change', ({ call }) =>
    call('shares.effective', { ...asked, mailbox }),
  );
  surroundings.terminal.out(`${rights === '' ? 'none' : rights}\n`);
}

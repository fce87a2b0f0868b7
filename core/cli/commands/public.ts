import type { Command } from 'commander';
import type { ShareOwner } from '../../admin/contract.ts';
import { withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { type ListOptions, withJsonOption } from '../json-option.ts';
import { rightsHelp } from '../rights.ts';
import type { Surroundings } from '../surroundings.ts';
import { printShares, type SetOptions, setRights, showEffective, withSubscribeOption } from './share.ts';

const owner: ShareOwner = { kind: 'public' };

export function addPublicCommands(program: Command, surroundings: Surroundings): void {
  const folders = program.command('public').description('manage the public folders, which belong to nobody');
  addFolders(folders, surroundings);
  addRights(folders, surroundings);
}

function addFolders(folders: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  withJsonOption(withDataOption(folders.command('list'), surroundings))
    .description('show all public folders with who may do what there')
    .action(async (options: ListOptions) => {
      const all = await withAdministration(surroundings, options.data, 'change', ({ call }) => call('shares.list', {}));
      printShares(
        surroundings,
        options,
        all.filter((one) => one.owner.kind === 'public'),
        false,
      );
    });

  withDataOption(folders.command('add <folder>'), surroundings)
    .description('add a public folder; nobody sees it before "public set"')
    .addHelpText('after', "\n  mailroom public add Projects/2026\n  mailroom public set Projects/2026 '$sales' edit")
    .action(async (name: string, { data }: DataOptions) => {
      await withAdministration(surroundings, data, 'change', ({ call }) => call('publicFolders.create', { name }));
      terminal.out(`added ${name}\n`);
    });

  withDataOption(folders.command('rename <folder> <new-name>'), surroundings)
    .description('rename a public folder and all below it')
    .action(async (name: string, newName: string, { data }: DataOptions) => {
      await withAdministration(surroundings, data, 'change', ({ call }) =>
        call('publicFolders.rename', { name, newName }),
      );
      terminal.out(`renamed ${name} to ${newName}\n`);
    });

  withDataOption(folders.command('delete <folder>'), surroundings)
    .description('delete a public folder with all mail in it')
    .action(async (name: string, { data }: DataOptions) => {
      await withAdministration(surroundings, data, 'change', ({ call }) => call('publicFolders.remove', { name }));
      terminal.out(`deleted ${name}\n`);
    });
}

function addRights(folders: Command, surroundings: Surroundings): void {
  withSubscribeOption(withDataOption(folders.command('set <folder> <who> <rights>'), surroundings))
    .description('say what somebody may do in a public folder')
    .addHelpText('after', `${rightsHelp}\n\n  mailroom public set Projects anyone read`)
    .action((mailbox: string, who: string, rights: string, options: SetOptions) =>
      setRights(surroundings, options, { owner, mailbox, who, rights }),
    );

  withDataOption(folders.command('effective <folder> <user>'), surroundings)
    .description('show the rights a user has there in the end, all groups taken together')
    .action((mailbox: string, user: string, { data }: DataOptions) =>
      showEffective(surroundings, data, { owner, mailbox, user }),
    );
}

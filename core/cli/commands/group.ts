import type { Command } from 'commander';
import { foldName } from '../../base/fold-name.ts';
import { type Administration, withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { UsageError } from '../failure.ts';
import { type ListOptions, printList, withJsonOption } from '../json-option.ts';
import { named } from '../named.ts';
import type { Surroundings } from '../surroundings.ts';

interface MemberOptions extends DataOptions {
  readonly add?: string[];
  readonly remove?: string[];
}

export function addGroupCommands(program: Command, surroundings: Surroundings): void {
  const groups = program.command('group').description('manage groups of users, to share mailboxes with');
  addBasics(groups, surroundings);
  addMembers(groups, surroundings);
}

function addBasics(groups: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  withJsonOption(withDataOption(groups.command('list'), surroundings))
    .description('show all groups with their members')
    .action(async (options: ListOptions) => {
      const all = await withAdministration(surroundings, options.data, 'look', ({ call }) => call('groups.list', {}));
      printList(options, terminal, all, ['NAME', 'MEMBERS'], ({ name, members }) => [name, members.join(', ')]);
    });

  withDataOption(groups.command('add <name> [members...]'), surroundings)
    .description('add a group')
    .addHelpText('after', "\n  mailroom group add sales karen olaf\n  mailroom share set karen Projects '$sales' edit")
    .action(async (name: string, members: string[], { data }: DataOptions) => {
      await withAdministration(surroundings, data, 'change', ({ call }) => call('groups.add', { name, members }));
      terminal.out(`added ${name}\n`);
    });

  withDataOption(groups.command('rename <name> <new-name>'), surroundings)
    .description('rename a group; what is shared with it stays shared')
    .action(async (name: string, newName: string, { data }: DataOptions) => {
      await withAdministration(surroundings, data, 'change', ({ call }) => call('groups.rename', { name, newName }));
      terminal.out(`renamed ${name} to ${newName}\n`);
    });

  withDataOption(groups.command('delete <name>'), surroundings)
    .description('delete a group, and with it what is shared with it')
    .action(async (name: string, { data }: DataOptions) => {
      await withAdministration(surroundings, data, 'change', ({ call }) => call('groups.remove', { name }));
      terminal.out(`deleted ${name}\n`);
    });
}

function addMembers(groups: Command, surroundings: Surroundings): void {
  withDataOption(groups.command('members <name> [members...]'), surroundings)
    .description('show the members of a group, or make the named users its members')
    .option('--add <user...>', 'let users into the group')
    .option('--remove <user...>', 'take users out of the group')
    .addHelpText('after', '\n  mailroom group members sales --add anna --remove olaf')
    .action(async (name: string, named: string[], options: MemberOptions) => {
      const { data, add = [], remove = [] } = options;
      const edits = add.length + remove.length > 0;
      if (edits && named.length > 0) throw new UsageError('name all members, or use --add and --remove');
      const need = edits || named.length > 0 ? 'change' : 'look';
      const members = await withAdministration(surroundings, data, need, async (administration) => {
        const present = await membersOf(administration, name);
        if (need === 'look') return present;
        const wanted = edits ? without([...present, ...add], remove) : named;
        await administration.call('groups.setMembers', { name, members: wanted });
        return membersOf(administration, name);
      });
      for (const member of members) surroundings.terminal.out(`${member}\n`);
    });
}

async function membersOf({ call }: Administration, name: string): Promise<readonly string[]> {
  return named('group', await call('groups.list', {}), name).members;
}

function without(names: readonly string[], removed: readonly string[]): string[] {
  const gone = new Set(removed.map(foldName));
  return names.filter((name) => !gone.has(foldName(name)));
}

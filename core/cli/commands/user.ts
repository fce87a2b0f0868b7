import { join } from 'node:path';
import type { Command } from 'commander';
import type { UserSummary } from '../../admin/contract.ts';
import { type Administration, withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { UsageError } from '../failure.ts';
import { type ListOptions, printList, withJsonOption } from '../json-option.ts';
import { named } from '../named.ts';
import { newPassword, type PasswordOptions, passwordOption, tellOfPassword } from '../new-password.ts';
import type { Surroundings } from '../surroundings.ts';
import { dayText, octetsText, useText } from '../words.ts';
import { addQuotaCommand } from './user-quota.ts';

interface DeleteOptions extends DataOptions {
  readonly deleteMail?: true;
  readonly keepMail?: true;
}

export function addUserCommands(program: Command, surroundings: Surroundings): void {
  const users = program.command('user').description('manage the users');
  addListing(users, surroundings);
  addPasswordCommands(users, surroundings);
  addRenaming(users, surroundings);
  addSwitches(users, surroundings);
  addQuotaCommand(users, surroundings);
  addDeletion(users, surroundings);
}

function addListing(users: Command, surroundings: Surroundings): void {
  withJsonOption(withDataOption(users.command('list'), surroundings))
    .description('show all users; sessions and what they store are known while a server runs')
    .action(async (options: ListOptions) => {
      const all = await withAdministration(surroundings, options.data, 'look', ({ call }) => call('users.list', {}));
      printList(options, surroundings.terminal, all, heading, row);
    });
}

const heading = ['NAME', 'STATE', 'SINCE', 'SESSIONS', 'STORAGE', 'MESSAGES', 'GROUPS'];

function row({ name, disabled, lockedFrom, createdAt, sessions, quota, groups }: UserSummary): string[] {
  const state = disabled ? 'disabled' : lockedFrom.length > 0 ? `locked from ${lockedFrom.join(', ')}` : 'enabled';
  const storage = useText(quota.octets, quota.octetsLimit, octetsText);
  const messages = useText(quota.messages, quota.messagesLimit, String);
  return [name, state, dayText(createdAt), String(sessions), storage, messages, groups.join(', ')];
}

function addPasswordCommands(users: Command, surroundings: Surroundings): void {
  withDataOption(users.command('add <name>'), surroundings)
    .description('add a user')
    .addOption(passwordOption())
    .action(async (name: string, options: PasswordOptions) => {
      const password = await newPassword(options, surroundings);
      await withAdministration(surroundings, options.data, 'make', ({ call }) =>
        call('users.add', { name, password: password.text, quota: undefined }),
      );
      tellOfPassword(`added ${name}`, password, surroundings);
    });

  withDataOption(users.command('passwd <name>'), surroundings)
    .description('give a user a new password; sessions that are open stay')
    .addOption(passwordOption())
    .action(async (name: string, options: PasswordOptions) => {
      const password = await newPassword(options, surroundings);
      await withAdministration(surroundings, options.data, 'change', ({ call }) =>
        call('users.setPassword', { name, password: password.text }),
      );
      tellOfPassword(`changed the password of ${name}`, password, surroundings);
    });
}

function addRenaming(users: Command, surroundings: Surroundings): void {
  withDataOption(users.command('rename <name> <new-name>'), surroundings)
    .description('rename a user, who keeps mail, password, groups and all that is shared')
    .action(async (name: string, newName: string, { data }: DataOptions) => {
      await withAdministration(surroundings, data, 'change', ({ call }) => call('users.rename', { name, newName }));
      surroundings.terminal.out(`renamed ${name} to ${newName}\n`);
    });
}

function addSwitches(users: Command, surroundings: Surroundings): void {
  for (const [verb, does] of [
    ['disable', 'lock a user out at once, ending all sessions, without touching the mail'],
    ['enable', 'let a disabled user in again'],
  ] as const) {
    withDataOption(users.command(`${verb} <name>`), surroundings)
      .description(does)
      .action(async (name: string, { data }: DataOptions) => {
        await withAdministration(surroundings, data, 'change', ({ call }) => call(`users.${verb}`, { name }));
        surroundings.terminal.out(`${verb}d ${name}\n`);
      });
  }
}

function addDeletion(users: Command, surroundings: Surroundings): void {
  withDataOption(users.command('delete <name>'), surroundings)
    .description('delete a user; say what is to become of the mail')
    .option('--delete-mail', 'delete all mail of the user for good')
    .option('--keep-mail', 'leave the mail in the data folder')
    .action(async (name: string, options: DeleteOptions) => {
      if ((options.deleteMail === true) === (options.keepMail === true)) {
        throw new UsageError(`say what is to become of the mail of ${name}: --delete-mail or --keep-mail`);
      }
      const text = await withAdministration(surroundings, options.data, 'change', (administration) =>
        deleteUser(administration, name, options),
      );
      surroundings.terminal.out(`${text}\n`);
    });
}

async function deleteUser(
  { call }: Administration,
  name: string,
  { deleteMail, data }: DeleteOptions,
): Promise<string> {
  const { accountId } = named('user', await call('users.list', {}), name);
  await call('users.remove', { name, mail: deleteMail ? 'delete' : 'keep' });
  return deleteMail
    ? `deleted ${name} and all mail`
    : `deleted ${name}; the mail stays in ${join(data, 'mail', accountId)}`;
}

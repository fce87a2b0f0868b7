import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { generatePassword } from '../../accounts/password.ts';
import type { UserInfo } from '../../accounts/user.ts';
import { UserError } from '../../base/errors.ts';
import { lookAtData, type OpenData, withData } from '../data-folder.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { UsageError } from '../failure.ts';
import type { Surroundings } from '../surroundings.ts';
import { table } from '../table.ts';

interface PasswordOptions extends DataOptions {
  readonly passwordStdin?: true;
}

interface DeleteOptions extends DataOptions {
  readonly deleteMail?: true;
  readonly keepMail?: true;
}

export function addUserCommands(program: Command, surroundings: Surroundings): void {
  const users = program.command('user').description('manage the users');
  addListing(users, surroundings);
  addPasswordCommands(users, surroundings);
  addSwitches(users, surroundings);
  addDeletion(users, surroundings);
}

function addListing(users: Command, surroundings: Surroundings): void {
  withDataOption(users.command('list'), surroundings)
    .description('show all users')
    .action(async ({ data }: DataOptions) => {
      const directory = await (await lookAtData(surroundings, data)).directory();
      const rows = directory.list().map((user) => [user.name, user.disabled ? 'disabled' : 'enabled', day(user)]);
      surroundings.terminal.out(table([['NAME', 'STATE', 'SINCE'], ...rows]));
    });
}

function addPasswordCommands(users: Command, surroundings: Surroundings): void {
  const passwordStdin = () =>
    new Option('--password-stdin', 'read the password from standard input instead of making one and showing it once');

  withDataOption(users.command('add <name>'), surroundings)
    .description('add a user')
    .addOption(passwordStdin())
    .action(async (name: string, options: PasswordOptions) => {
      const password = await newPassword(options, surroundings);
      await withData(surroundings, options.data, true, async (data) => {
        const user = await (await data.directory()).add(name, password.text);
        tellOfPassword(`added ${user.name}`, password, surroundings);
      });
    });

  withDataOption(users.command('passwd <name>'), surroundings)
    .description('give a user a new password')
    .addOption(passwordStdin())
    .action(async (name: string, options: PasswordOptions) => {
      const password = await newPassword(options, surroundings);
      await withData(surroundings, options.data, false, async (data) => {
        const user = await (await data.directory()).setPassword(name, password.text);
        tellOfPassword(`changed the password of ${user.name}`, password, surroundings);
      });
    });
}

function addSwitches(users: Command, surroundings: Surroundings): void {
  for (const [verb, does] of [
    ['disable', 'lock a user out without touching the mail'],
    ['enable', 'let a disabled user in again'],
  ] as const) {
    withDataOption(users.command(`${verb} <name>`), surroundings)
      .description(does)
      .action(async (name: string, options: DataOptions) => {
        await withData(surroundings, options.data, false, async (data) => {
          const user = await (await data.directory())[verb](name);
          surroundings.terminal.out(`${verb}d ${user.name}\n`);
        });
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
      const text = await withData(surroundings, options.data, false, (data) => deleteUser(data, name, options));
      surroundings.terminal.out(`${text}\n`);
    });
}

/** The user goes first: mail without a user does no harm, a user whose mail is half gone would. */
async function deleteUser(data: OpenData, name: string, { deleteMail }: DeleteOptions): Promise<string> {
  const user = await (await data.directory()).remove(name);
  if (!deleteMail) return `deleted ${user.name}; the mail stays in ${join(data.folder, 'mail', user.accountId)}`;
  await (await data.store()).deleteAccount(user.accountId);
  return `deleted ${user.name} and all mail`;
}

interface NewPassword {
  readonly text: string;
  /** Nobody knows it yet. */
  readonly generated: boolean;
}

async function newPassword(
  { passwordStdin }: PasswordOptions,
  { terminal, random }: Surroundings,
): Promise<NewPassword> {
  if (!passwordStdin) return { text: generatePassword(random), generated: true };
  const text = (await terminal.input()).replace(/\r?\n$/, '');
  if (text === '')
    throw new UserError(
      'No password came from standard input: pipe it in, or leave --password-stdin out to get one made',
    );
  return { text, generated: false };
}

function tellOfPassword(what: string, { text, generated }: NewPassword, { terminal }: Surroundings): void {
  terminal.out(`${what}\n`);
  if (generated) terminal.out(`password: ${text}\n`);
}

function day(user: UserInfo): string {
  return new Date(user.createdAt).toISOString().slice(0, 10);
}

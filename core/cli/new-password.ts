import { Option } from 'commander';
import { UserError } from '../base/errors.ts';
import type { DataOptions } from './data-option.ts';
import type { Surroundings } from './surroundings.ts';

export interface PasswordOptions extends DataOptions {
  readonly passwordStdin?: true;
}

export interface NewPassword {
  readonly text: string;
  /** Nobody knows it yet. */
  readonly generated: boolean;
}

export function passwordOption(): Option {
  return new Option(
    '--password-stdin',
    'read the password from standard input instead of making one and showing it once',
  );
}

/** @throws UserError when nothing came from standard input. */
export async function newPassword(
  { passwordStdin }: PasswordOptions,
  { terminal, random }: Surroundings,
): Promise<NewPassword> {
  if (!passwordStdin) {
    const { generatePassword } = await import('../base/generate-password.ts');
    return { text: generatePassword(random), generated: true };
  }
  const text = (await terminal.input()).replace(/\r?\n$/, '');
  if (text !== '') return { text, generated: false };
  throw new UserError(
    'No password came from standard input: pipe it in, or leave --password-stdin out to get one made',
  );
}

/** Says what was done and, of a password that was made up, which. */
export function tellOfPassword(what: string, { text, generated }: NewPassword, { terminal }: Surroundings): void {
  terminal.out(`${what}\n`);
  if (generated) terminal.out(`password: ${text}\n`);
}

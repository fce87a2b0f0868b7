import { Option } from 'commander';
import { UserError } from '../base/errors.ts';
import type { DataOptions } from './data-option.ts';
import type { Surroundings, Terminal } from './surroundings.ts';

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
    'read the password from standard input, or ask for it twice and unseen, instead of making one and showing it once',
  );
}

/** @throws UserError when nothing came from standard input, or the two that were typed differ. */
export async function newPassword(
  { passwordStdin }: PasswordOptions,
  { terminal, random }: Surroundings,
): Promise<NewPassword> {
  if (!passwordStdin) {
    const { generatePassword } = await import('../base/generate-password.ts');
    return { text: generatePassword(random), generated: true };
  }
  const text =
    terminal.askUnseen === undefined ? await pipedPassword(terminal) : await typedPassword(terminal.askUnseen);
  if (text !== '') return { text, generated: false };
  throw new UserError(
    'No password came from standard input: pipe it in, or leave --password-stdin out to get one made',
  );
}

/** @throws UserError when it is typed in two ways. */
async function typedPassword(ask: (question: string) => Promise<string>): Promise<string> {
  const text = await ask('New password (not shown): ');
  if (text === '' || (await ask('The same again: ')) === text) return text;
  throw new UserError('The two passwords differ: nothing was changed');
}

async function pipedPassword({ input, err }: Terminal): Promise<string> {
  const text = (await input()).replace(/\r?\n$/, '');
  if (/\s$/.test(text)) {
    err('The password ends with a blank, which counts. In cmd write no blank before the bar: echo SECRET|mailroom …\n');
  }
  return text;
}

/** Says what was done and, of a password that was made up, which. */
export function tellOfPassword(what: string, { text, generated }: NewPassword, { terminal }: Surroundings): void {
  terminal.out(`${what}\n`);
  if (generated) terminal.out(`password: ${text}\n`);
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UserError } from '../base/errors.ts';

/** Runs a program of the system and gives what it prints. @throws UserError with what it says when it fails */
export type SystemRun = (program: string, ...args: readonly string[]) => Promise<string>;

export const systemRun: SystemRun = async (program, ...args) => {
  try {
    return (await promisify(execFile)(program, args, { windowsHide: true })).stdout;
  } catch (failure) {
    const { stderr, message } = failure as { stderr?: string; message: string };
    throw new UserError(`${[program, ...args].join(' ')} failed: ${(stderr || message).trim()}`);
  }
};

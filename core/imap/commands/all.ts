import type { Command } from './command.ts';

/** The protocol surface: every command of the service. */
export const allCommands: readonly Command[] = [] as const;

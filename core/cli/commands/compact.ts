import type { Command } from 'commander';
import { type DataOptions, withDataOption } from '../data-option.ts';
import type { Surroundings } from '../surroundings.ts';

export function addCompactCommand(program: Command, surroundings: Surroundings): void {
  withDataOption(program.command('compact'), surroundings)
    .description('give the disk space of deleted messages back; a running server does so by itself in time')
    .action(async ({ data }: DataOptions) => {
      const { compactData } = await import('../compact-data.ts');
      surroundings.terminal.out(`gave back ${await compactData(data, surroundings)} octets\n`);
    });
}

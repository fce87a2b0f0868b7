import type { Command } from 'commander';
import { withAdministration } from '../administration.ts';
import { withDataOption } from '../data-option.ts';
import { newPassword, type PasswordOptions, passwordOption, tellOfPassword } from '../new-password.ts';
import type { Surroundings } from '../surroundings.ts';

export function addAdministratorCommands(program: Command, surroundings: Surroundings): void {
  const administrator = program.command('administrator').description('administering from other computers');
  withDataOption(administrator.command('passwd'), surroundings)
    .description('set the password that lets the administrator in from other computers')
    .addOption(passwordOption())
    .addHelpText('after', '\nWhere they are let in, the settings admin.address, admin.port and admin.tls say.')
    .action(async (options: PasswordOptions) => {
      const password = await newPassword(options, surroundings);
      await withAdministration(surroundings, options.data, 'make', ({ call }) =>
        call('admin.setPassword', { password: password.text }),
      );
      tellOfPassword('changed the password of the administrator', password, surroundings);
    });
}

import { type Command, Option } from 'commander';
import { ARCHIVE_FORMATS, type ArchiveFormat } from '../../formats/archive.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { exitCodes, UsageError } from '../failure.ts';
import type { Ending } from '../program.ts';
import type { Surroundings } from '../surroundings.ts';

interface ExportOptions extends DataOptions {
  readonly format?: ArchiveFormat;
  readonly everything?: true;
}

export function addExportCommand(program: Command, surroundings: Surroundings, ending: Ending): void {
  const format = new Option(
    '--format <format>',
    'mbox, maildir or eml; guessed from the name of the target if left out',
  );
  withDataOption(program.command('export <user> <mailbox> [target]'), surroundings)
    .usage('[options] <user> <mailbox> <target>\n       mailroom export --everything [options] <user> <folder>')
    .option('--everything', 'all mailboxes, each in a file or folder of its own, with a list of their names')
    .description('write the mail of a mailbox to an mbox file, a Maildir folder or a folder of .eml files')
    .addOption(format.choices(ARCHIVE_FORMATS))
    .addHelpText('after', helpText)
    .action(async (user: string, first: string, second: string | undefined, options: ExportOptions) => {
      const [mailbox, target] = options.everything ? [undefined, first] : [first, second];
      if (target === undefined) throw new UsageError('name the file or folder to write to, or add --everything');
      if (options.everything && second !== undefined) throw new UsageError('with --everything no mailbox is named');
      const { exportMail, guessFormat } = await import('../export-mail.ts');
      const chosen = options.format ?? guessFormat(target);
      if (chosen === undefined) {
        throw new UsageError(`${target} does not tell the format: add --format mbox, --format maildir or --format eml`);
      }
      const unreadable = await exportMail({ user, mailbox, target, format: chosen }, options.data, surroundings);
      if (unreadable > 0) ending.exitCode = exitCodes.failed;
    });
}

const helpText = `
Nothing is ever overwritten. "mailroom import" reads every format back with the same bytes, dates and flags. An mbox
file keeps the flags in lines that are put before each message and taken out again by the import: X-Mailroom-Export:,
Status:, X-Status:, X-Keywords:. Maildir has letters for 26 keywords and .eml files for none; the others are in a file
mailroom-keywords.txt beside them.`;

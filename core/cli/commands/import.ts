import type { Command } from 'commander';
import { withDataOption } from '../data-option.ts';
import { exitCodes, UsageError } from '../failure.ts';
import type { ImportOptions } from '../import-mail.ts';
import type { Ending } from '../program.ts';
import type { Surroundings } from '../surroundings.ts';

interface Everything {
  readonly everything?: true;
}

export function addImportCommand(program: Command, surroundings: Surroundings, ending: Ending): void {
  withDataOption(program.command('import <user> <mailbox> [file...]'), surroundings)
    .usage('[options] <user> <mailbox> <file...>\n       mailroom import --everything [options] <user> <folder...>')
    .description('add mail from mbox files, Maildir folders, .eml files and folders of .eml files')
    .option('--everything', 'look into folders, and put all mail into mailboxes called as there')
    .option('--skip-duplicates', 'leave out messages whose very bytes are in the mailbox already')
    .addHelpText('after', helpText)
    .action(async (user: string, first: string, others: string[], options: ImportOptions & Everything) => {
      const { importMail } = await import('../import-mail.ts');
      const [mailbox, paths] = options.everything ? [undefined, [first, ...others]] : [first, others];
      if (paths.length === 0) throw new UsageError('name the file or folder to import, or add --everything');
      const { transferred, duplicates, leftOut } = await importMail(user, mailbox, paths, options, surroundings);
      if (leftOut > 0 && transferred + duplicates === 0) ending.exitCode = exitCodes.failed;
    });
}

const helpText = `
A mailbox that is missing is made. Dates are kept (of mbox files those of the "From " lines, of Maildir those of the
files or their names, of .eml files those of Received: or Date:), and flags (Status:, X-Status:, X-Keywords:,
X-Mozilla-Status: and X-Gmail-Labels: in mbox and .eml files, the names in Maildir, the property list in Apple Mail's
.emlx). Of a folder its own messages are taken, not those of folders inside it, but with --everything: what "mailroom
export --everything" wrote comes back as it was, folders of Thunderbird, Apple Mail, Maildir++ and others under the names
they have there, and mail of Google Takeout where its labels say.
Messages stay as they are to the octet, but one whose lines all end in LF, as on Unix disks, gets the CRLF of mail.
What is no message is listed and left out; the exit code is 1 when nothing else was there.
A server that runs does the work itself, so clients see the mail arrive. Ctrl-C ends it; what is in by then stays.`;

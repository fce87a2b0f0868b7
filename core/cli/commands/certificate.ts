import type { Command } from 'commander';
import type { CertificateInfo } from '../../admin/contract.ts';
import { readNamedText } from '../../base/text-file.ts';
import { withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { jsonText, type ListOptions, withJsonOption } from '../json-option.ts';
import type { Surroundings } from '../surroundings.ts';
import { timeText } from '../words.ts';

interface ImportOptions extends DataOptions {
  readonly passphraseStdin?: true;
}

export function addCertificateCommands(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  const certificate = program.command('certificate').description('show and replace the TLS certificate');

  withJsonOption(withDataOption(certificate.command('show'), surroundings))
    .description('show the certificate in use')
    .action(async ({ data, json }: ListOptions) => {
      const info = await withAdministration(surroundings, data, 'look', ({ call }) => call('certificate.get', {}));
      terminal.out(json ? jsonText(info) : certificateText(info));
    });

  withDataOption(certificate.command('import <certificate> <key>'), surroundings)
    .description('take up a certificate; running sessions stay, and on any error the old one does')
    .option('--passphrase-stdin', 'read the pass phrase of the key from standard input')
    .addHelpText(
      'after',
      '\nBoth are PEM files; behind the certificate come those of its issuers:\n  mailroom certificate import fullchain.pem privkey.pem',
    )
    .action(async (file: string, keyFile: string, { data, passphraseStdin }: ImportOptions) => {
      const [pem, key] = [await readNamedText(file), await readNamedText(keyFile)];
      const passphrase = passphraseStdin ? (await terminal.input()).replace(/\r?\n$/, '') : undefined;
      const info = await withAdministration(surroundings, data, 'change', ({ call }) =>
        call('certificate.import', { certificate: pem, key, passphrase }),
      );
      terminal.out(certificateText(info));
    });

  withDataOption(certificate.command('renew'), surroundings)
    .description('make a new self-signed certificate; clients ask anew whether to trust it')
    .action(async ({ data }: DataOptions) => {
      const info = await withAdministration(surroundings, data, 'change', ({ call }) =>
        call('certificate.renewSelfSigned', {}),
      );
      terminal.out(certificateText(info));
    });
}

function certificateText(info: CertificateInfo): string {
  const lines = [
    ['Subject', info.subject.replaceAll('\n', ', ')],
    ['Issuer', info.selfSigned ? 'itself (self-signed)' : info.issuer.replaceAll('\n', ', ')],
    ['Names', info.names.join(', ')],
    ['Valid from', timeText(info.validFrom)],
    ['Valid to', timeText(info.validTo)],
    ['SHA-256', info.fingerprint],
  ];
  const warning = info.warning === undefined ? '' : `\n${info.warning}\n`;
  return lines.map(([label = '', text]) => `${label.padEnd(12)}${text}\n`).join('') + warning;
}

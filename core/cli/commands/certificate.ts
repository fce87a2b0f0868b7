import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { AuthorityInfo, CertificateInfo } from '../../admin/contract.ts';
import { needFileNames } from '../../base/device-names.ts';
import { UserError } from '../../base/errors.ts';
import { cannotWrite } from '../../base/system-refusal.ts';
import { readNamedText } from '../../base/text-file.ts';
import { withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { jsonText, type ListOptions, withJsonOption } from '../json-option.ts';
import type { Surroundings } from '../surroundings.ts';
import { timeText } from '../words.ts';

interface ImportOptions extends DataOptions {
  readonly passphraseStdin?: true;
}

interface AuthorityOptions extends DataOptions {
  readonly newRoot?: true;
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

  addAuthority(certificate, surroundings);

  withDataOption(certificate.command('renew'), surroundings)
    .description('make a new self-signed certificate; clients ask anew whether to trust it')
    .action(async ({ data }: DataOptions) => {
      const info = await withAdministration(surroundings, data, 'change', ({ call }) =>
        call('certificate.renewSelfSigned', {}),
      );
      terminal.out(certificateText(info));
    });
}

function addAuthority(certificate: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  const authority = certificate
    .command('authority')
    .description(
      'a certificate authority of the office: where its root is installed, the server is trusted without a question',
    );

  withDataOption(authority.command('make'), surroundings)
    .description('use a certificate of the own authority, which is made when there is none; it is renewed by itself')
    .option('--new-root', 'make another authority; its root is to be installed again')
    .action(async ({ data, newRoot }: AuthorityOptions) => {
      await withAdministration(surroundings, data, 'change', ({ call }) => call('certificate.issue', { newRoot }));
      terminal.out(authorityText(await authorityOf(surroundings, data)));
      terminal.out('\nGet the root certificate with "mailroom certificate authority save FILE" and install it.\n');
    });

  withJsonOption(withDataOption(authority.command('show'), surroundings))
    .description('show the authority')
    .action(async ({ data, json }: ListOptions) => {
      const info = await authorityOf(surroundings, data);
      terminal.out(json ? jsonText(info) : authorityText(info));
    });

  withDataOption(authority.command('save <file>'), surroundings)
    .description('write the root certificate to a new file; .mobileconfig for iPhone, iPad and Mac, else PEM (.crt)')
    .action(async (file: string, { data }: DataOptions) => {
      needFileNames(file, surroundings.platform);
      const { certificate: pem, profile } = await authorityOf(surroundings, data);
      await writeNewFile(file, file.endsWith('.mobileconfig') ? profile : pem);
      terminal.out(`wrote ${file}\n`);
    });
}

async function authorityOf(surroundings: Surroundings, data: string): Promise<AuthorityInfo> {
  const { authority } = await withAdministration(surroundings, data, 'look', ({ call }) =>
    call('certificate.authority', {}),
  );
  if (authority !== undefined) return authority;
  throw new UserError('There is no authority yet: "mailroom certificate authority make" makes one');
}

/** @throws UserError for what is there already, and what cannot be written */
async function writeNewFile(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new UserError(`${file} is there already: remove it, or choose another name`);
    throw cannotWrite(file, error);
  }
}

function authorityText({ subject, validTo, fingerprint, permitted }: AuthorityInfo): string {
  const lines = [
    ['Authority', subject],
    ['Valid to', timeText(validTo)],
    ['SHA-256', fingerprint],
    ['Believed for', permitted.join(', ')],
  ];
  return lines.map(([label = '', text]) => `${label.padEnd(14)}${text}\n`).join('');
}

function certificateText(info: CertificateInfo): string {
  const lines = [
    ['Subject', info.subject.replaceAll('\n', ', ')],
    ['Issuer', issuerText(info)],
    ['Names', info.names.join(', ')],
    ['Valid from', timeText(info.validFrom)],
    ['Valid to', timeText(info.validTo)],
    ['SHA-256', info.fingerprint],
  ];
  const warning = info.warning === undefined ? '' : `\n${info.warning}\n`;
  return lines.map(([label = '', text]) => `${label.padEnd(12)}${text}\n`).join('') + warning;
}

function issuerText({ selfSigned, ownAuthority, issuer }: CertificateInfo): string {
  if (selfSigned) return 'itself (self-signed)';
  return `${issuer.replaceAll('\n', ', ')}${ownAuthority ? " (the office's own authority; renewed by itself)" : ''}`;
}

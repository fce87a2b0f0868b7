import { type Command, InvalidArgumentError } from 'commander';
import type { SessionInfo } from '../../admin/contract.ts';
import { withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { type ListOptions, printList, withJsonOption } from '../json-option.ts';
import type { Surroundings } from '../surroundings.ts';
import { durationText, octetsText } from '../words.ts';

export function addSessionCommands(program: Command, surroundings: Surroundings): void {
  const { terminal, clock } = surroundings;
  const sessions = program.command('sessions').description('show who is connected, and end sessions');

  withJsonOption(withDataOption(sessions.command('list', { isDefault: true }), surroundings))
    .description('show all connections')
    .action(async (options: ListOptions) => {
      const all = await withAdministration(surroundings, options.data, 'change', ({ call }) =>
        call('sessions.list', {}),
      );
      printList(options, terminal, all, heading, (session) => row(session, clock.now()));
    });

  withDataOption(sessions.command('kick'), surroundings)
    .description('end a session; its client may connect again')
    .argument('<id>', 'its number in the list', sessionId)
    .addHelpText('after', '\nTo keep somebody out: "mailroom user disable NAME", or a rule (mailroom access --help).')
    .action(async (id: number, { data }: DataOptions) => {
      await withAdministration(surroundings, data, 'change', ({ call }) => call('sessions.disconnect', { id }));
      terminal.out(`ended session ${id}\n`);
    });
}

const heading = ['ID', 'USER', 'ADDRESS', 'TLS', 'STATE', 'MAILBOX', 'IDLE', 'IN', 'OUT', 'COMMAND', 'CLIENT'];

function row(session: SessionInfo, now: number): string[] {
  const { id, user, address, tls, state, mailbox, lastActivityAt, octetsIn, octetsOut, lastCommand, clientId } =
    session;
  const traffic = [octetsText(octetsIn), octetsText(octetsOut)];
  const idle = durationText(now - lastActivityAt);
  return [
    String(id),
    user ?? '-',
    address,
    tls ?? '-',
    state,
    mailbox ?? '-',
    idle,
    ...traffic,
    lastCommand ?? '-',
    clientId ?? '',
  ];
}

function sessionId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A session has a number: see "mailroom sessions".');
}

import { Argument, type Command } from 'commander';
import type { ListenerInfo, ServiceId, ServiceInfo } from '../../admin/contract.ts';
import { serviceIds } from '../../services/service.ts';
import { withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { type ListOptions, printList, withJsonOption } from '../json-option.ts';
import type { Surroundings } from '../surroundings.ts';
import { timeText } from '../words.ts';

const verbs = [
  ['start', 'started', 'let a service listen'],
  ['stop', 'stopped', 'end a service and all its sessions, until it is started or the server is'],
  ['restart', 'restarted', 'stop a service and start it again'],
] as const;

export function addServiceCommands(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  const services = program.command('service').description('show, start and stop the services of a running server');

  withJsonOption(withDataOption(services.command('list'), surroundings))
    .description('show the services with their state and where they listen')
    .action(async (options: ListOptions) => {
      const all = await withAdministration(surroundings, options.data, 'change', ({ call }) =>
        call('services.list', {}),
      );
      printList(options, terminal, all, ['ID', 'STATE', 'SINCE', 'LISTENS', 'PROBLEM'], row);
    });

  for (const [verb, done, does] of verbs) {
    withDataOption(services.command(verb), surroundings)
      .description(does)
      .addArgument(new Argument('<service>', 'the service').choices(serviceIds))
      .action(async (id: ServiceId, { data }: DataOptions) => {
        await withAdministration(surroundings, data, 'change', ({ call }) => call(`services.${verb}`, { id }));
        terminal.out(`${done} ${id}\n`);
      });
  }
}

function row({ id, state, since, listeners, problem }: ServiceInfo): string[] {
  return [
    id,
    state,
    timeText(since),
    listeners.map(placeText).join(', ') || '-',
    (problem ?? '').replaceAll('\n', ' '),
  ];
}

function placeText({ address, port, boundPort, encryption }: ListenerInfo): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return boundPort === undefined ? `not ${host}:${port}/${encryption}` : `${host}:${boundPort}/${encryption}`;
}

import { type Command, InvalidArgumentError } from 'commander';
import type { QuotaSummary } from '../../admin/contract.ts';
import { type Administration, withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { UsageError } from '../failure.ts';
import { named } from '../named.ts';
import type { Surroundings } from '../surroundings.ts';
import { octetsText, useText } from '../words.ts';

interface QuotaOptions extends DataOptions {
  /** MiB. */
  readonly storage?: number;
  readonly messages?: number;
  readonly default?: true;
}

const MiB = 1024 * 1024;

export function addQuotaCommand(users: Command, surroundings: Surroundings): void {
  withDataOption(users.command('quota <name>'), surroundings)
    .description('show or change what a user may store')
    .option('--storage <MiB>', 'so many MiB of messages; 0 = no limit', wholeNumber)
    .option('--messages <n>', 'so many messages; 0 = no limit', wholeNumber)
    .option('--default', 'no quota of its own any more: the settings quota.octets and quota.messages hold')
    .addHelpText('after', helpText)
    .action(async (name: string, options: QuotaOptions) => {
      const { data, storage, messages } = options;
      const isChange = storage !== undefined || messages !== undefined;
      if (isChange && options.default) throw new UsageError('give either --default or --storage and --messages');
      const need = isChange || options.default ? 'change' : 'look';
      const text = await withAdministration(surroundings, data, need, (administration) =>
        need === 'look' ? show(administration, name) : change(administration, name, options),
      );
      surroundings.terminal.out(`${text}\n`);
    });
}

const helpText = `
Without options it shows what holds. Messages that are there stay; new ones are refused when there is no room.
  mailroom user quota karen --storage 2048
  mailroom user quota karen --default`;

function wholeNumber(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number, 0 for no limit.');
}

async function show(administration: Administration, name: string): Promise<string> {
  return `${name}: ${quotaText(await quotaOf(administration, name))}`;
}

/** Of storage and messages what is not named stays as it is. */
async function change(administration: Administration, name: string, options: QuotaOptions): Promise<string> {
  const { storage, messages } = options;
  if (options.default) {
    await administration.call('users.setQuota', { name, quota: undefined });
    return `${name} has the quota of the settings`;
  }
  const present = await quotaOf(administration, name);
  const octets = storage === undefined ? present.octetsLimit : storage * MiB;
  const quota = { octets, messages: messages ?? present.messagesLimit };
  await administration.call('users.setQuota', { name, quota });
  return `${name}: ${quotaText({ ...present, octetsLimit: octets, messagesLimit: quota.messages, own: true })}`;
}

async function quotaOf({ call }: Administration, name: string): Promise<QuotaSummary> {
  return named('user', await call('users.list', {}), name).quota;
}

function quotaText({ octets, octetsLimit, messages, messagesLimit, own }: QuotaSummary): string {
  const limits = `storage ${use(octets, octetsLimit, octetsText)}, messages ${use(messages, messagesLimit, String)}`;
  return `${limits} (${own ? 'its own quota' : 'the quota of the settings'})`;
}

function use(used: number | undefined, limit: number, text: (value: number) => string): string {
  return `${useText(used, limit, text)}${limit === 0 ? ' without limit' : ''}`;
}

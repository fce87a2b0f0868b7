import type { Command } from 'commander';
import type { LimitsStatus, LimitUse, LockOut, Peak, Refusal } from '../../admin/contract.ts';
import { withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { jsonText, type ListOptions, printList, withJsonOption } from '../json-option.ts';
import type { Surroundings } from '../surroundings.ts';
import { table } from '../table.ts';
import { durationText, timeText } from '../words.ts';

/** What the Status page shows of limits: how many are in, who was not let in, who is locked out. */
export function addLimitCommands(program: Command, surroundings: Surroundings): void {
  addLimits(program, surroundings);
  addRefusals(program, surroundings);
  addLockOuts(program, surroundings);
}

function addLimits(program: Command, surroundings: Surroundings): void {
  withJsonOption(withDataOption(program.command('limits'), surroundings))
    .description('show how many are logged in against the limits, and the most there were in the last 7 days')
    .addHelpText(
      'after',
      '\nThe limits are the settings imap4.advanced.concurrentLoginsPerUser and imap4.advanced.concurrentLoginsPerAddress.',
    )
    .action(async ({ data, json }: ListOptions) => {
      const status = await withAdministration(surroundings, data, 'change', ({ call }) => call('limits.status', {}));
      surroundings.terminal.out(json ? jsonText(status) : statusText(status));
    });
}

function statusText({ users, addresses, userPeak, addressPeak }: LimitsStatus): string {
  const uses = [...users.map((use) => row('user', use)), ...addresses.map((use) => row('address', use))];
  const present =
    uses.length === 0 ? 'Nobody is logged in.\n' : table([['WHAT', 'NAME', 'SESSIONS', 'LIMIT'], ...uses]);
  return `${present}\nHighest of 7 days: ${peakText('one user', userPeak)}; ${peakText('one address', addressPeak)}\n`;
}

function row(what: string, { name, sessions, limit }: LimitUse): string[] {
  return [what, name, String(sessions), limit === 0 ? 'none' : String(limit)];
}

function peakText(whose: string, peak: Peak | undefined): string {
  return peak === undefined ? `${whose} none` : `${whose} ${peak.sessions} (${peak.name}, ${timeText(peak.at)})`;
}

function addRefusals(program: Command, surroundings: Surroundings): void {
  withJsonOption(withDataOption(program.command('refusals'), surroundings))
    .description('show who was not let in and why, the newest first')
    .action(async (options: ListOptions) => {
      const all = await withAdministration(surroundings, options.data, 'change', ({ call }) =>
        call('limits.refusals', {}),
      );
      printList(
        options,
        surroundings.terminal,
        all,
        ['TIME', 'REASON', 'USER', 'ADDRESS', 'HELD BY', 'TEXT'],
        refusalRow,
      );
    });
}

function refusalRow({ at, reason, user, address, holders, text }: Refusal): string[] {
  const held = Map.groupBy(holders, (holder) => `${holder.user}@${holder.address}`);
  const who = [...held].map(([name, { length }]) => (length === 1 ? name : `${name} (${length})`));
  return [timeText(at), reason, user ?? '-', address, who.join(' ') || '-', text];
}

function addLockOuts(program: Command, surroundings: Surroundings): void {
  const { terminal, clock } = surroundings;
  const lockouts = program.command('lockouts').description('show who is locked out, and unlock');

  withJsonOption(withDataOption(lockouts.command('list', { isDefault: true }), surroundings))
    .description('show who is locked out, why and until when')
    .action(async (options: ListOptions) => {
      const all = await withAdministration(surroundings, options.data, 'change', ({ call }) =>
        call('lockouts.list', {}),
      );
      printList(options, terminal, all, ['ADDRESS', 'USER', 'UNTIL', 'LEFT', 'REASON'], (lock) =>
        lockRow(lock, clock.now()),
      );
    });

  withDataOption(lockouts.command('unlock <address> [user]'), surroundings)
    .description('let a user from an address in again, or everybody from there')
    .action(async (address: string, user: string | undefined, { data }: DataOptions) => {
      await withAdministration(surroundings, data, 'change', ({ call }) => call('lockouts.unlock', { address, user }));
      terminal.out(`unlocked ${user === undefined ? address : `${user} from ${address}`}\n`);
    });
}

function lockRow({ address, user, until, reason }: LockOut, now: number): string[] {
  return [address, user ?? '(everybody)', timeText(until), durationText(until - now), reason];
}

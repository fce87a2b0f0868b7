import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { LoggedInConnection } from '../base/authentication.ts';
import { Refused } from '../base/errors.ts';
import { refusalLimits } from '../base/limits.ts';
import { silentLogger } from '../base/logger.ts';
import { networkOf } from '../base/network.ts';
import type { Refusal } from '../base/refusal.ts';
import { LoginPeaks } from './login-peaks.ts';
import { CountedLogins, type LoginSlotOptions } from './login-slots.ts';

type Options = { -readonly [Key in keyof LoginSlotOptions]: LoginSlotOptions[Key] };

const clock = { now: () => 1_000_000 };
const office = '192.168.1.7';

let file: string;
let options: Options;
let refused: Omit<Refusal, 'at'>[];
let slots: CountedLogins;
/** Ids of sessions that were ended, in order. */
let ended: number[];
let lastId: number;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mailroom-slots-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  file = join(folder, 'peaks.json');
  options = { perUser: 3, perAddress: 5, whenReached: 'refuse', exempt: [] };
  slots = await opened();
});

async function opened(): Promise<CountedLogins> {
  refused = [];
  ended = [];
  lastId = 0;
  const peaks = await LoginPeaks.open(file, { clock, logger: silentLogger });
  return new CountedLogins({ options, refusals: { record: (refusal) => refused.push(refusal) }, peaks, clock });
}

/** A connection of `karen` from the office unless said otherwise; `bye` ends it as a session ends. */
function connection(user = 'karen', address = office, lastActivity = 0) {
  const id = ++lastId;
  let free = () => {};
  const login: LoggedInConnection = {
    id,
    user: { name: user, accountId: `id of ${user}` },
    address,
    clientId: `client ${id}`,
    lastActivity,
    bye: () => {
      ended.push(id);
      free();
    },
  };
  return {
    id,
    login,
    take: () => {
      free = slots.take(login);
      return free;
    },
  };
}

const take = (user?: string, address?: string, lastActivity?: number) => connection(user, address, lastActivity).take();
const refusal = (step: () => unknown) => {
  try {
    step();
  } catch (error) {
    expect(error).toBeInstanceOf(Refused);
    return `[${(error as Refused).code}] ${(error as Refused).message}`;
  }
  return expect.unreachable('it was not refused');
};
const sessionsOf = (name: string) => slots.status().users.find((use) => use.name === name)?.sessions ?? 0;

describe('a login that would be one too many', () => {
  it('of a user is refused in the words of the settings, and the others may still come', () => {
    for (let session = 0; session < 3; session += 1) take();
    expect(refusal(take)).toBe('[LIMIT] Too many concurrent logins for karen (3 of 3)');
    take('bob');
    expect(refusal(() => take('karen', '10.0.0.1'))).toContain('for karen (3 of 3)');
  });

  it('from an address is refused, however its addresses are written', () => {
    for (const user of ['a', 'b', 'c', 'd', 'e']) take(user, `::ffff:${office}`);
    expect(refusal(() => take('f'))).toBe('[LIMIT] Too many concurrent logins from 192.168.1.7 (5 of 5)');
    take('f', '192.168.1.8');
    for (const user of ['a', 'b', 'c', 'd', 'e']) take(user, `2001:db8::${user}`);
    expect(refusal(() => take('f', '2001:db8::f'))).toContain('from 2001:db8:0:0::/64 (5 of 5)');
  });

  it('is recorded with the limit, its setting, and who held the slots', () => {
    for (let session = 0; session < 3; session += 1) take('karen', `10.0.0.${session}`);
    refusal(() => take());
    expect(refused).toEqual([
      {
        reason: 'userLimit',
        user: 'karen',
        address: office,
        clientId: 'client 4',
        limit: 3,
        holders: [1, 2, 3].map((id) => ({
          session: id,
          user: 'karen',
          address: `10.0.0.${id - 1}`,
          clientId: `client ${id}`,
          since: 1_000_000,
        })),
        text: 'Too many concurrent logins for karen (3 of 3)',
        setting: 'imap4.advanced.concurrentLoginsPerUser',
      },
    ]);
  });

  it('names no more holders than anybody reads', () => {
    options.perUser = options.perAddress = 500;
    for (let session = 0; session < 500; session += 1) take();
    refusal(take);
    expect(refused[0]?.holders).toHaveLength(refusalLimits.holders);
  });

  it('is let in when the limit is raised, and no session is lost when it is lowered', () => {
    for (let session = 0; session < 3; session += 1) take();
    refusal(take);
    options.perUser = 4;
    take();
    options.perUser = 2;
    expect(refusal(take)).toContain('(4 of 2)');
    options.perUser = 0;
    take();
    expect([ended, sessionsOf('karen')]).toEqual([[], 5]);
  });
});

describe('a slot', () => {
  it('is free again at once, and only once however often it is given back', () => {
    const frees = [take(), take(), take()];
    refusal(take);
    frees[0]!();
    frees[0]!();
    frees[0]!();
    take();
    expect(refusal(take)).toContain('(3 of 3)');
  });

  it('is not taken by whoever is refused by the other limit', () => {
    options.perAddress = 2;
    take('a');
    take('b');
    for (let attempt = 0; attempt < 10; attempt += 1) refusal(() => take('karen'));
    expect(sessionsOf('karen')).toBe(0);
    for (let session = 0; session < 3; session += 1) take('karen', `10.0.0.${session}`);
  });

  it('is not needed by addresses that are exempt, and they take none from others', () => {
    options.exempt = ['10.0.0.0/8', '2001:db8::/32'];
    for (let session = 0; session < 10; session += 1) take('karen', '10.1.2.3')();
    for (let session = 0; session < 10; session += 1) take('karen', '::ffff:10.1.2.3');
    take('karen', '2001:db8::7');
    expect(sessionsOf('karen')).toBe(0);
    for (let session = 0; session < 3; session += 1) take();
    expect(refusal(take)).toContain('(3 of 3)');
    options.exempt = [...options.exempt, office];
    take();
  });
});

describe('closing the longest idle session instead', () => {
  beforeEach(() => {
    options.whenReached = 'closeIdlest';
  });

  it("ends the user's longest idle one, gives its slot to the newcomer, and touches nobody else", () => {
    take('bob', office, 1);
    take('karen', office, 30);
    take('karen', office, 10);
    take('karen', office, 20);
    take('karen', office, 40);
    expect([ended, sessionsOf('karen'), sessionsOf('bob')]).toEqual([[3], 3, 1]);
    take('karen', office, 50);
    expect([ended, sessionsOf('karen')]).toEqual([[3, 4], 3]);
    expect(refused).toEqual([]);
  });

  it('is no way to put out other people behind the same address', () => {
    for (const user of ['a', 'b', 'c', 'd', 'e']) take(user);
    expect(refusal(() => take('karen'))).toContain('from 192.168.1.7 (5 of 5)');
    expect(ended).toEqual([]);
    take('a');
    expect(ended).toEqual([1]);
  });

  it('ends nobody for a login that is refused all the same', () => {
    for (let session = 0; session < 3; session += 1) take('karen', '10.0.0.1');
    for (const user of ['a', 'b', 'c', 'd', 'e']) take(user);
    expect(refusal(() => take('karen'))).toContain('from 192.168.1.7 (5 of 5)');
    expect([ended, sessionsOf('karen')]).toEqual([[], 3]);
  });

  it('does not free a slot twice when the one who was put out ends later', () => {
    const old = connection('karen', office, 1);
    const free = old.take();
    take('karen', office, 2);
    take('karen', office, 3);
    take('karen', office, 4);
    free();
    free();
    expect([ended, sessionsOf('karen')]).toEqual([[old.id], 3]);
  });

  it('makes room for a limit that was lowered meanwhile', () => {
    for (let session = 1; session <= 3; session += 1) take('karen', office, session);
    options.perUser = 1;
    take('karen', office, 9);
    expect([ended, sessionsOf('karen')]).toEqual([[1, 2, 3], 1]);
  });
});

describe('whatever comes and goes', () => {
  const event = fc.record({
    user: fc.constantFrom('karen', 'bob', 'jane'),
    address: fc.constantFrom(office, `::ffff:${office}`, '10.0.0.1', '2001:db8::1', '2001:db8::2'),
    activity: fc.nat(100),
    /** Which of those that are there goes; else one comes. */
    leaves: fc.option(fc.nat(50)),
  });
  const limits = fc.record({
    perUser: fc.integer({ min: 0, max: 4 }),
    perAddress: fc.integer({ min: 0, max: 6 }),
    whenReached: fc.constantFrom('refuse' as const, 'closeIdlest' as const),
    exempt: fc.constant([]),
  });

  it('no count is ever negative, wrong or above its limit, and all slots are free in the end', async () => {
    await fc.assert(
      fc.asyncProperty(limits, fc.array(event, { maxLength: 60 }), async (chosen, events) => {
        options = chosen;
        slots = await opened();
        const there = new Map<number, { login: LoggedInConnection; free: () => void }>();
        for (const { user, address, activity, leaves } of events) {
          if (leaves !== null) {
            const [id, leaving] = [...there][leaves % Math.max(1, there.size)] ?? [];
            leaving?.free();
            there.delete(id ?? 0);
          } else {
            const newcomer = connection(user, address, activity);
            try {
              there.set(newcomer.id, { login: newcomer.login, free: newcomer.take() });
            } catch (error) {
              expect(error).toBeInstanceOf(Refused);
            }
            for (const id of ended.splice(0)) there.delete(id);
          }
          const status = slots.status();
          const logins = [...there.values()].map(({ login }) => login);
          expect(counts(status.users)).toEqual(tally(logins.map((login) => login.user.name)));
          expect(counts(status.addresses)).toEqual(tally(logins.map((login) => networkOf(login.address))));
          for (const { sessions } of status.users) expect(sessions <= (chosen.perUser || 99)).toBe(true);
          for (const { sessions } of status.addresses) expect(sessions <= (chosen.perAddress || 99)).toBe(true);
        }
        for (const { free } of there.values()) free();
        expect(slots.status()).toMatchObject({ users: [], addresses: [] });
      }),
      { numRuns: 200 },
    );
  });
});

function counts(uses: readonly { name: string; sessions: number }[]): Record<string, number> {
  return Object.fromEntries(uses.map(({ name, sessions }) => [name, sessions]));
}

function tally(names: readonly string[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const name of names) counted[name] = (counted[name] ?? 0) + 1;
  return counted;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Authenticator } from '../base/authentication.ts';
import { localTime } from '../base/clock.ts';
import type { Refused } from '../base/errors.ts';
import { lockOutLimits } from '../base/limits.ts';
import { silentLogger } from '../base/logger.ts';
import { systemRandom } from '../base/random.ts';
import type { Refusal } from '../base/refusal.ts';
import { createAuthenticator } from './authenticator.ts';
import { type Directory, openDirectory } from './directory.ts';
import { type LockOutOptions, LockOuts } from './lock-outs.ts';
import { cheapPasswords } from './testing.ts';
import { systemScrypt } from './verifier.ts';

const minute = 60_000;
const office = '203.0.113.9';
const home = '198.51.100.7';
const lan = '192.168.1.7';
const secrets = { karen: 'a good secret', bob: 'another secret' };

let now: number;
/** By how much the time of day is not what it was at the start. */
let clockOffset: number;
let options: { -readonly [Key in keyof LockOutOptions]: LockOutOptions[Key] };
let lockOuts: LockOuts;
let computed: number;
let refused: Omit<Refusal, 'at'>[];
let directory: Directory;
let doors: Authenticator;

beforeEach(async () => {
  now = 1_000_000;
  clockOffset = 0;
  computed = 0;
  refused = [];
  options = {
    wrongPasswords: 3,
    lockTime: 30 * minute,
    addressFailures: 10,
    window: 30 * minute,
    blockTime: 30 * minute,
    blockLocalNetworks: false,
  };
  const clock = { now: () => now + clockOffset };
  lockOuts = new LockOuts({
    options,
    isLocal: (address) => address === lan,
    clock,
    uptime: () => now,
    logger: silentLogger,
  });
  const folder = await mkdtemp(join(tmpdir(), 'mailroom-lock-outs-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const dependencies = { clock, random: systemRandom, logger: silentLogger, passwordCost: cheapPasswords };
  directory = await openDirectory(join(folder, 'directory.json'), dependencies);
  for (const [name, password] of Object.entries(secrets)) await directory.add(name, password);
  doors = createAuthenticator({
    ...dependencies,
    directory,
    lockOuts,
    refusals: { record: (refusal) => refused.push(refusal) },
    access: { mayLogIn: ({ address }) => address !== forbidden },
    scrypt: (...work) => {
      computed += 1;
      return systemScrypt(...work);
    },
  });
});

/** `ok`, or the code and text of the refusal. */
const answer = (userName: string, password: string, address = office) =>
  doors.verifyPassword({ userName, password, from: { address, secure: true } }).then(
    () => 'ok',
    (error: Refused) => `${error.code} ${error.message}`,
  );
/** The same; the words for who is locked out, which have a test of their own, count as those for a wrong password. */
const logIn = async (...login: Parameters<typeof answer>) =>
  (await answer(...login)).replace(
    /Too many wrong passwords; try again in (\d+ minutes|a minute)$/,
    'User name or password is wrong',
  );
/** No rule lets anybody log in from here. */
const forbidden = '198.51.100.66';
const wrong = 'AUTHENTICATIONFAILED User name or password is wrong';
const guess = async (userName: string, passwords: readonly string[], address = office) => {
  for (const password of passwords) expect(await logIn(userName, password, address)).toBe(wrong);
};
const guesses = (count: number, what = 'guess') => Array.from({ length: count }, (_, index) => `${what} ${index}`);
const locks = () => lockOuts.list().map(({ kind, user, address }) => [kind, user, address]);

describe('somebody who guesses the password of a user', () => {
  it('is told that it is a lock and how long, in the same words for a name nobody has and for the right password', async () => {
    for (const name of ['karen', 'nobody']) {
      await guess(name, guesses(3));
      const locked = 'AUTHENTICATIONFAILED Too many wrong passwords; try again in 30 minutes';
      expect([await answer(name, secrets.karen), await answer(name, 'other')]).toEqual([locked, locked]);
      const from = { address: office, secure: true };
      expect(`AUTHENTICATIONFAILED ${doors.scramFailed(name, from).message}`).toBe(locked);
      await expect(doors.scramSucceeded(name, from)).rejects.toThrow('try again in 30 minutes');
    }
    now += 28.5 * minute;
    expect(await answer('karen', 'other')).toContain('try again in 2 minutes');
    now += minute;
    expect(await answer('karen', 'other')).toContain('try again in a minute');
  });

  it('is locked out for as long as was said when the clock is set meanwhile, and not for a day more', async () => {
    await guess('karen', guesses(3));
    clockOffset = -24 * 60 * minute;
    expect(await answer('karen', secrets.karen)).toContain('try again in 30 minutes');
    expect(lockOuts.list()).toMatchObject([{ until: now + clockOffset + 30 * minute }]);
    now += 30 * minute;
    expect(await logIn('karen', secrets.karen)).toBe('ok');
    // Nor does a clock that is set forward let guesses be forgotten.
    await guess('karen', guesses(2));
    clockOffset = 24 * 60 * minute;
    await guess('karen', ['guess 2']);
    expect(await logIn('karen', secrets.karen)).toBe(wrong);
  });

  it('is locked out after three wrong ones, for half an hour, and for the right one too', async () => {
    await guess('karen', guesses(2));
    expect(await logIn('karen', secrets.karen)).toBe('ok');
    await guess('karen', guesses(3, 'other'));
    expect(await logIn('KAREN', secrets.karen)).toBe(wrong);
    now += 30 * minute - 1;
    expect(await logIn('karen', secrets.karen)).toBe(wrong);
    now += 1;
    expect(await logIn('karen', secrets.karen)).toBe('ok');
    expect(locks()).toEqual([]);
  });

  it('does not keep the user himself out elsewhere, nor others at the same address', async () => {
    await guess('karen', guesses(3));
    expect(await logIn('karen', secrets.karen, home)).toBe('ok');
    expect(await logIn('bob', secrets.bob)).toBe('ok');
    expect(locks()).toEqual([['pair', 'karen', office]]);
  });

  it('costs no computation while locked, whatever he tries', async () => {
    await guess('karen', guesses(3));
    computed = 0;
    await guess('karen', [...guesses(50), secrets.karen]);
    expect(computed).toBe(0);
  });

  it('gets three answers, not twenty, when he tries them all side by side', async () => {
    const answers = await Promise.all([...guesses(19), secrets.karen].map((password) => logIn('karen', password)));
    expect(answers).not.toContain('ok');
    expect(computed).toBeLessThan(8); // two are computed at once, and one more pair may have begun
  });

  it('cannot tell a name nobody has from a user by being locked out', async () => {
    for (const name of ['karen', 'nobody']) {
      await guess(name, guesses(3));
      computed = 0;
      await guess(name, ['one more']);
      expect(computed).toBe(0);
    }
    expect(locks()).toEqual([
      ['pair', 'karen', office],
      ['pair', 'nobody', office],
    ]);
  });

  it('is not forgotten by spelling the name in another way', async () => {
    await directory.add('Jürgen', 'a third secret');
    await guess('Jürgen', ['one']);
    await guess('JU\u0308RGEN', ['two']);
    await guess('jürgen', ['three']);
    expect(await logIn('Jürgen', 'a third secret')).toBe(wrong);
  });

  it('has all addresses of an IPv6 network at once, and IPv4 in either form', async () => {
    for (const [index, password] of guesses(3).entries()) await guess('karen', [password], `2001:db8::${index + 1}`);
    expect(await logIn('karen', secrets.karen, '2001:db8::abcd')).toBe(wrong);
    expect(await logIn('karen', secrets.karen, '2001:db8:1::1')).toBe('ok');
    await guess('bob', guesses(3), `::ffff:${home}`);
    expect(await logIn('bob', secrets.bob, home)).toBe(wrong);
  });

  it('learns nothing of the right one where no rule lets its owner in: it locks as any other does', async () => {
    await guess('karen', ['guess', secrets.karen], forbidden);
    expect(locks()).toEqual([]);
    await guess('karen', [secrets.karen, 'another'], forbidden);
    expect(locks()).toEqual([['pair', 'karen', forbidden]]);
  });

  it('is not helped by guesses that come back at the same moment: the right one among them counts for nothing', async () => {
    options.wrongPasswords = 1;
    const results: (() => void)[] = [];
    const slow = createAuthenticator({
      clock: { now: () => now },
      random: systemRandom,
      logger: silentLogger,
      passwordCost: cheapPasswords,
      directory,
      lockOuts,
      refusals: { record() {} },
      access: { mayLogIn: () => true },
      scrypt: async (...work) => {
        await new Promise<void>((resolve) => results.push(resolve));
        return systemScrypt(...work);
      },
    });
    const from = { address: office, secure: true };
    const wrongOne = slow.verifyPassword({ userName: 'karen', password: 'guess', from });
    const rightOne = slow.verifyPassword({ userName: 'karen', password: secrets.karen, from });
    const failures = [
      expect(wrongOne).rejects.toThrow('wrong'),
      expect(rightOne).rejects.toThrow('Too many wrong passwords'),
    ];
    await vi.waitFor(() => expect(results).toHaveLength(2));
    results[0]!();
    await failures[0];
    results[1]!();
    await failures[1];
  });

  it('begins anew when a lock has ended that is shorter than what is counted', async () => {
    options.lockTime = minute;
    await guess('karen', guesses(3));
    now += minute;
    await guess('karen', ['a fourth', 'a fifth']);
    expect(lockOuts.list()).toEqual([]);
    await guess('karen', ['a sixth']);
    expect(lockOuts.list()).toHaveLength(1);
  });

  it('counts what the last half hour saw only', async () => {
    await guess('karen', guesses(2));
    now += 30 * minute;
    await guess('karen', ['a third']);
    expect(await logIn('karen', secrets.karen)).toBe('ok');
  });

  it('is told to the administrator with the reason and how long', async () => {
    await guess('karen', guesses(4));
    expect(refused.map(({ reason, user, address }) => [reason, user, address])).toEqual([
      ...Array.from({ length: 3 }, () => ['wrongPassword', 'karen', office]),
      ['lockedOut', 'karen', office],
    ]);
    expect(refused[3]?.setting).toBe('security.lockouts.wrongPasswords');
    expect(refused[3]?.text).toContain(`until ${localTime(now + 30 * minute)}: 3 wrong passwords`);
    expect(JSON.stringify(refused)).not.toContain('guess');
    expect(lockOuts.list()).toMatchObject([{ since: now, until: now + 30 * minute, reason: '3 wrong passwords' }]);
  });
});

describe('a phone with an old password', () => {
  it('never locks anybody out, however long it tries', async () => {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      await guess('karen', ['the old secret']);
      now += minute;
    }
    expect(await logIn('karen', secrets.karen)).toBe('ok');
    expect(locks()).toEqual([]);
  });

  it('does not lock out the office behind the same address, even when it has every password but the right one', async () => {
    for (let attempt = 0; attempt < 300; attempt += 1) {
      await guess('karen', [`wrong ${attempt}`]);
      expect(await logIn('bob', secrets.bob)).toBe('ok');
      now += minute / 2;
    }
    expect(locks()).toEqual([['pair', 'karen', office]]);
  });

  it('counts for nothing while its user is locked, and does not make the lock longer', () => {
    options.addressFailures = 4;
    const until = now + options.lockTime;
    for (const password of guesses(50)) {
      lockOuts.failed({ userName: 'karen', address: office, password });
      now += 1;
    }
    expect(lockOuts.list()[0]?.until).toBe(until + 2);
    expect(locks()).toEqual([['pair', 'karen', office]]);
    lockOuts.failed({ userName: 'bob', address: office, password: 'x' });
    expect(locks()).toContainEqual(['address', undefined, office]);
  });

  it('does not do so either with SCRAM or when locks are much shorter than what is counted', async () => {
    options.lockTime = minute;
    for (let attempt = 0; attempt < 300; attempt += 1) {
      doors.scramFailed('karen', { address: office, secure: true });
      await guess('karen', [`wrong ${attempt}`]);
      expect(await logIn('bob', secrets.bob)).toBe('ok');
      now += minute / 2;
    }
  });
});

describe('somebody who tries one password with many names', () => {
  it('has his address blocked after ten, for everybody from there and for nobody else', async () => {
    for (const name of guesses(10, 'name')) await guess(name, ['password1']);
    expect(locks()).toEqual([['address', undefined, office]]);
    computed = 0;
    expect(await logIn('karen', secrets.karen)).toBe(wrong);
    expect(computed).toBe(0);
    expect(refused.at(-1)).toMatchObject({ reason: 'lockedOut', setting: 'security.lockouts.addressFailures' });
    expect(await logIn('karen', secrets.karen, home)).toBe('ok');
    now += 30 * minute;
    expect(await logIn('karen', secrets.karen)).toBe('ok');
  });

  it('does not block a local network unless the administrator wants that', async () => {
    for (const name of guesses(30, 'name')) await guess(name, ['password1'], lan);
    expect(await logIn('karen', secrets.karen, lan)).toBe('ok');
    options.blockLocalNetworks = true;
    await guess('one more', ['password1'], lan);
    expect(await logIn('karen', secrets.karen, lan)).toBe(wrong);
  });
});

describe('people who mistype', () => {
  it('do not add up to a blocked office when they get it right in the end', async () => {
    for (let day = 0; day < 20; day += 1) {
      await guess('karen', ['a god secret', 'a good secert']);
      expect(await logIn('karen', secrets.karen)).toBe('ok');
      await guess('bob', ['anohter secret']);
      expect(await logIn('bob', secrets.bob)).toBe('ok');
    }
    expect(locks()).toEqual([]);
  });
});

describe('SCRAM', () => {
  const from = { address: office, secure: true };

  it('is no way to guess on without end, nor to get in while locked', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) doors.scramFailed('karen', from);
    expect(locks()).toEqual([['pair', 'karen', office]]);
    expect(await logIn('karen', secrets.karen)).toBe(wrong);
    await expect(doors.scramSucceeded('karen', from)).rejects.toThrow('Too many wrong passwords');
    doors.scramFailed('karen', from);
    expect(refused.slice(-2).map(({ reason }) => reason)).toEqual(['lockedOut', 'lockedOut']);
  });

  it('clears the count when its proof was right', async () => {
    for (let round = 0; round < 5; round += 1) {
      doors.scramFailed('karen', from);
      doors.scramFailed('karen', from);
      await doors.scramSucceeded('karen', from);
    }
    expect(locks()).toEqual([]);
  });
});

describe('the administrator', () => {
  it('unlocks a pair, and is told of whatever is locked and unlocked', async () => {
    let told = 0;
    const stop = lockOuts.onChange(() => {
      told += 1;
    });
    await guess('karen', guesses(3));
    expect(lockOuts.unlock(office, 'nobody')).toBe(false);
    expect(lockOuts.unlock(office, 'KAREN')).toBe(true);
    expect(lockOuts.unlock(office, 'karen')).toBe(false);
    expect(await logIn('karen', secrets.karen)).toBe('ok');
    expect(told).toBe(2);
    stop();
    await guess('karen', guesses(3, 'again'));
    expect(told).toBe(2);
  });

  it('unlocks an address with everything that is locked there', async () => {
    await guess('karen', guesses(3), `2001:db8::1`);
    for (const name of guesses(10, 'name')) await guess(name, ['password1'], '2001:db8::2');
    expect(locks()).toHaveLength(2);
    expect(lockOuts.unlock('2001:db8::3')).toBe(true);
    expect(locks()).toEqual([]);
    await guess('karen', guesses(3, 'again'), `2001:db8::1`);
    expect(lockOuts.unlock(lockOuts.list()[0]!.address)).toBe(true);
  });

  it('can switch either off, and what he changes holds for the next failure', async () => {
    options.wrongPasswords = options.addressFailures = 0;
    for (const name of guesses(15, 'name')) await guess(name, ['password1']);
    await guess('karen', guesses(15));
    expect(await logIn('karen', secrets.karen)).toBe('ok');
    options.wrongPasswords = 1;
    await guess('karen', ['one']);
    expect(await logIn('karen', secrets.karen)).toBe(wrong);
  });
});

describe('memory', () => {
  it('is bounded, whoever tries whatever from everywhere', () => {
    options.wrongPasswords = 1;
    for (let index = 0; index < lockOutLimits.locks + 100; index += 1) {
      lockOuts.failed({ userName: `user ${index}`, address: `10.0.${index >> 8}.${index & 255}`, password: 'x' });
    }
    expect(lockOuts.list()).toHaveLength(lockOutLimits.locks);
    expect(lockOuts.list()[0]?.user).toBe('user 100');
    lockOuts.failed({ userName: 'x'.repeat(100_000), address: office, password: 'x' });
    expect(lockOuts.list().at(-1)?.user).toHaveLength(254);
  });

  it('of a lock is given back when the lock has ended', () => {
    options.wrongPasswords = 1;
    lockOuts.failed({ userName: 'karen', address: office, password: 'x' });
    now += 30 * minute;
    expect(lockOuts.holding('karen', office)).toBeUndefined();
    expect(lockOuts.list()).toEqual([]);
  });
});

describe('any order of failures and successes', () => {
  it('locks exactly those whom the plain rule locks', () => {
    const user = fc.constantFrom('karen', 'bob', 'nobody');
    const event = fc.record({
      user,
      address: fc.constantFrom(office, home),
      password: fc.constantFrom('a', 'b', 'c', 'd'),
      right: fc.boolean(),
      minutes: fc.integer({ min: 0, max: 12 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const clock = { now: () => now };
        const outs = new LockOuts({ options, isLocal: () => true, clock, uptime: clock.now, logger: silentLogger });
        const model = new PlainPairs();
        for (const { user: userName, address, password, right, minutes } of events) {
          now += minutes * minute;
          expect(outs.holding(userName, address) !== undefined).toBe(model.isLocked(`${userName}@${address}`, now));
          if (outs.holding(userName, address) !== undefined) continue;
          if (right) outs.succeeded(userName, address);
          else outs.failed({ userName, address, password });
          model.tried(`${userName}@${address}`, right ? undefined : password, now);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** The rule of the pair as it is written: three different ones within half an hour lock for half an hour. */
class PlainPairs {
  readonly #failures: { pair: string; password: string; at: number; spent: boolean }[] = [];
  readonly #until = new Map<string, number>();

  isLocked(pair: string, at: number): boolean {
    return (this.#until.get(pair) ?? 0) > at;
  }

  tried(pair: string, password: string | undefined, at: number): void {
    const own = this.#failures.filter((failure) => failure.pair === pair && failure.at > at - 30 * minute);
    if (password === undefined) {
      for (const failure of own) failure.at = Number.NEGATIVE_INFINITY;
      return;
    }
    if (own.some((failure) => failure.password === password)) return;
    this.#failures.push({ pair, password, at, spent: false });
    const counted = this.#failures.filter(
      (failure) => failure.pair === pair && failure.at > at - 30 * minute && !failure.spent,
    );
    if (counted.length < 3) return;
    for (const failure of counted) failure.spent = true;
    this.#until.set(pair, at + 30 * minute);
  }
}

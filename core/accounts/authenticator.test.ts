import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ScramCredentials } from '../base/authentication.ts';
import type { Refused } from '../base/errors.ts';
import { passwordLimits } from '../base/limits.ts';
import { type Logger, silentLogger } from '../base/logger.ts';
import { systemRandom } from '../base/random.ts';
import { createAuthenticator } from './authenticator.ts';
import { type Directory, openDirectory } from './directory.ts';
import { LoginPeaks } from './login-peaks.ts';
import { CountedLogins } from './login-slots.ts';
import { RecentRefusals } from './refusals.ts';
import { cheapPasswords } from './testing.ts';
import { type Scrypt, systemScrypt } from './verifier.ts';

const from = { address: '192.168.1.7', secure: true };
const right = { userName: 'karen', password: 'a good secret', from };

let now: number;
let computed: { password: string; cost: number }[];
/** When set, computations wait for it. */
let gate: Promise<void> | undefined;
let directory: Directory;
let folder: string;

beforeEach(async () => {
  now = 1_000_000;
  computed = [];
  gate = undefined;
  folder = await mkdtemp(join(tmpdir(), 'mailroom-authenticator-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const dependencies = {
    clock: { now: () => now },
    random: systemRandom,
    logger: silentLogger,
    passwordCost: cheapPasswords,
  };
  directory = await openDirectory(join(folder, 'directory.json'), dependencies);
  await directory.add('Karen', right.password);
});

const counted: Scrypt = async (password, salt, params) => {
  computed.push({ password: Buffer.from(password).toString(), cost: params.cost });
  await gate;
  return systemScrypt(password, salt, params);
};

/** With lock-outs that never lock: they have tests of their own. */
const authenticator = (logger: Logger = silentLogger) => {
  const clock = { now: () => now };
  const refusals = new RecentRefusals(clock, logger);
  onTestFinished(() => refusals.close());
  const lockOuts = { holding: () => undefined, failed() {}, succeeded() {} };
  return createAuthenticator({
    directory,
    clock,
    random: systemRandom,
    logger,
    lockOuts,
    refusals,
    access: { mayLogIn: () => true },
    passwordCost: cheapPasswords,
    scrypt: counted,
  });
};

const failure = (login: Promise<unknown>) =>
  login.then(
    () => expect.unreachable('the login succeeded'),
    (error: unknown) => error as Refused,
  );

describe('a stranger who tries names', () => {
  it('makes the server do the same work for a name nobody has as for a wrong password', async () => {
    const doors = authenticator();
    await failure(doors.verifyPassword({ ...right, password: 'wrong one' }));
    await failure(doors.verifyPassword({ ...right, userName: 'nobody', password: 'wrong one' }));
    expect(computed).toEqual([
      { password: 'wrong one', cost: 2 },
      { password: 'wrong one', cost: 2 },
    ]);
  });

  it('reads the same answer for an unknown name, a wrong password and a disabled user', async () => {
    await directory.add('bob', 'another secret');
    await directory.disable('bob');
    const doors = authenticator();
    const answers = await Promise.all(
      ['karen', 'nobody', 'bob', '', '\0', 'x'.repeat(5_000), '../karen'].map((userName) =>
        failure(doors.verifyPassword({ userName, password: 'wrong one', from })),
      ),
    );
    for (const { name, code, message } of answers) {
      expect([name, code, message]).toEqual(['Refused', 'AUTHENTICATIONFAILED', answers[0]!.message]);
    }
  });

  it('cannot tell the two apart by trying again either', async () => {
    const doors = authenticator();
    for (const userName of ['karen', 'nobody', 'karen', 'nobody']) {
      await failure(doors.verifyPassword({ userName, password: 'wrong one', from }));
    }
    expect(computed).toHaveLength(2);
  });

  it('gets salt and iterations from SCRAM for any name, the same at every try and after a restart', async () => {
    const made = await authenticator().scramCredentials('nobody', from);
    expect(await authenticator().scramCredentials('NOBODY', from)).toEqual(made);
    const real = await authenticator().scramCredentials('karen', from);
    expect(made.iterations).toBe(real.iterations);
    expect(made.salt).toHaveLength(real.salt.length);
    expect((await authenticator().scramCredentials('nobody2', from)).salt).not.toEqual(made.salt);
  });

  it('cannot fill the log with a name of a thousand pages, nor find a password in it', async () => {
    const lines: string[] = [];
    const warn = (fields: object, message: string) => lines.push(JSON.stringify(fields) + message);
    const doors = authenticator({ ...silentLogger, warn });
    await failure(doors.verifyPassword({ userName: 'x'.repeat(5_000), password: 'wrong one', from }));
    expect(lines).toHaveLength(1);
    expect(lines[0]!.length).toBeLessThan(500);
    expect(lines[0]).toContain('192.168.1.7');
    expect(lines[0]).not.toContain('wrong one');
  });
});

describe('the right password', () => {
  it('opens the door in any spelling of the name, and only to oneself', async () => {
    const { accountId } = directory.find('karen')!;
    const doors = authenticator();
    expect(await doors.verifyPassword(right)).toEqual({ name: 'Karen', accountId });
    expect(await doors.verifyPassword({ ...right, userName: 'KAREN', authorizeAs: 'karen' })).toEqual({
      name: 'Karen',
      accountId,
    });
    expect(await doors.verifyPassword({ ...right, authorizeAs: '' })).toEqual({ name: 'Karen', accountId });
    expect((await failure(doors.verifyPassword({ ...right, authorizeAs: 'bob' }))).code).toBe('AUTHORIZATIONFAILED');
    expect((await failure(doors.verifyPassword({ ...right, password: 'x', authorizeAs: 'bob' }))).code).toBe(
      'AUTHENTICATIONFAILED',
    );
  });

  it('alone lets a disabled user know that he is disabled', async () => {
    const doors = authenticator();
    await doors.verifyPassword(right);
    await directory.disable('karen');
    expect((await failure(doors.verifyPassword(right))).code).toBe('CONTACTADMIN');
    expect((await failure(doors.verifyPassword({ ...right, password: 'wrong one' }))).code).toBe(
      'AUTHENTICATIONFAILED',
    );
    await directory.enable('karen');
    expect(await doors.verifyPassword(right)).toMatchObject({ name: 'Karen' });
  });

  it('is computed once for a client that opens two hundred connections', async () => {
    const doors = authenticator();
    await Promise.all(Array.from({ length: 200 }, () => doors.verifyPassword(right)));
    expect(computed).toHaveLength(1);
  });

  it('is computed once for a storm of a thousand logins, and a login that a limit refuses costs nothing', async () => {
    const clock = { now: () => now };
    const options = { perUser: 20, perAddress: 0, whenReached: 'refuse', exempt: [] } as const;
    const peaks = await LoginPeaks.open(join(folder, 'peaks.json'), { clock, logger: silentLogger });
    const refusals = { record: vi.fn() };
    const slots = new CountedLogins({ options, refusals, peaks, clock });
    const doors = authenticator();
    const logIn = async (id: number) => {
      const user = await doors.verifyPassword(right);
      slots.take({ id, user, address: from.address, clientId: undefined, lastActivity: 0, bye() {} });
    };
    const storm = Array.from({ length: 500 }, (_, id) => logIn(id).catch((error: Refused) => error.code));
    const answers = await Promise.all(storm);
    for (let id = 500; id < 1_000; id += 1) answers.push(await logIn(id).catch((error: Refused) => error.code));
    expect(answers.filter((code) => code === 'LIMIT')).toHaveLength(980);
    expect(refusals.record).toHaveBeenCalledTimes(980);
    expect(computed).toHaveLength(1);
  });

  it('is remembered for minutes, not for ever', async () => {
    const doors = authenticator();
    await doors.verifyPassword(right);
    now += passwordLimits.remembered - 1;
    await doors.verifyPassword(right);
    expect(computed).toHaveLength(1);
    now += 1;
    await doors.verifyPassword(right);
    expect(computed).toHaveLength(2);
  });

  it('of one user is not that of another', async () => {
    await directory.add('bob', 'another secret');
    const doors = authenticator();
    await doors.verifyPassword(right);
    expect((await failure(doors.verifyPassword({ ...right, userName: 'bob' }))).code).toBe('AUTHENTICATIONFAILED');
    expect(
      (await failure(doors.verifyPassword({ ...right, userName: 'kare', password: `n${right.password}` }))).code,
    ).toBe('AUTHENTICATIONFAILED');
  });
});

describe('a password that was changed', () => {
  it('opens nothing any more, though it was remembered', async () => {
    const doors = authenticator();
    await doors.verifyPassword(right);
    await directory.setPassword('karen', 'a new secret');
    expect((await failure(doors.verifyPassword(right))).code).toBe('AUTHENTICATIONFAILED');
    expect(await doors.verifyPassword({ ...right, password: 'a new secret' })).toMatchObject({ name: 'Karen' });
  });

  it('opens nothing even when it was being checked at that moment', async () => {
    const doors = authenticator();
    let open = () => {};
    gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const early = failure(doors.verifyPassword(right));
    await directory.setPassword('karen', 'a new secret');
    open();
    expect((await early).code).toBe('AUTHENTICATIONFAILED');
  });

  it('is wrong for a user who was removed, and for the next of that name', async () => {
    const doors = authenticator();
    await doors.verifyPassword(right);
    await directory.remove('karen');
    expect((await failure(doors.verifyPassword(right))).code).toBe('AUTHENTICATIONFAILED');
    await directory.add('karen', 'a newer secret');
    expect((await failure(doors.verifyPassword(right))).code).toBe('AUTHENTICATIONFAILED');
  });

  it('becomes right when it was tried before it was set', async () => {
    const doors = authenticator();
    await failure(doors.verifyPassword({ ...right, password: 'a new secret' }));
    await directory.setPassword('karen', 'a new secret');
    expect(await doors.verifyPassword({ ...right, password: 'a new secret' })).toMatchObject({ name: 'Karen' });
  });
});

describe('a phone with an old password', () => {
  it('costs one computation in ten minutes, however often it tries', async () => {
    const doors = authenticator();
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await failure(doors.verifyPassword({ ...right, password: 'the old secret' }));
      now += 20_000;
    }
    expect(computed).toHaveLength(1);
    now += passwordLimits.failureRemembered;
    await failure(doors.verifyPassword({ ...right, password: 'the old secret' }));
    expect(computed).toHaveLength(2);
  });

  it('does not make the server remember without end', async () => {
    const doors = authenticator();
    const attempt = (index: number) => failure(doors.verifyPassword({ ...right, password: `wrong ${index}` }));
    for (let index = 0; index <= passwordLimits.failures; index += 1) await attempt(index);
    const before = computed.length;
    await attempt(passwordLimits.failures);
    expect(computed).toHaveLength(before);
    await attempt(0); // the oldest was forgotten
    expect(computed).toHaveLength(before + 1);
  });
});

describe('a storm of wrong passwords', () => {
  it('from one user at one address is refused beyond the limit, as UNAVAILABLE', async () => {
    const doors = authenticator();
    let open = () => {};
    gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const storm = Array.from({ length: 40 }, (_, index) =>
      failure(doors.verifyPassword({ ...right, password: `guess ${index}` })),
    );
    const elsewhere = doors.verifyPassword({ ...right, from: { address: '192.168.1.8', secure: true } });
    open();
    const codes = (await Promise.all(storm)).map(({ code }) => code);
    const allowed = passwordLimits.waitingPerUser + passwordLimits.computations;
    expect(codes.filter((code) => code === 'AUTHENTICATIONFAILED')).toHaveLength(allowed);
    expect(codes.filter((code) => code === 'UNAVAILABLE')).toHaveLength(40 - allowed);
    expect(await elsewhere).toMatchObject({ name: 'Karen' });
    // The right password came last and had its turn right after those that were running.
    expect(computed.findIndex(({ password }) => password === right.password)).toBeLessThanOrEqual(
      passwordLimits.computations + 1,
    );
  });
});

describe('SCRAM', () => {
  it('is given keys that the password proves (RFC 5802 section 3)', async () => {
    const { salt, iterations, storedKey } = await authenticator().scramCredentials('karen', from);
    expect(storedKeyOf(right.password, salt, iterations)).toEqual(storedKey);
  });

  it('is given keys for a name nobody has that even an empty password does not prove', async () => {
    const made: ScramCredentials = await authenticator().scramCredentials('nobody', from);
    for (const password of ['', 'password', 'nobody']) {
      expect(storedKeyOf(password, made.salt, made.iterations)).not.toEqual(made.storedKey);
    }
  });

  it('meets the same rules after its proof as a password', async () => {
    const doors = authenticator();
    expect(await doors.scramSucceeded('KAREN', from)).toMatchObject({ name: 'Karen' });
    expect((await failure(doors.scramSucceeded('karen', from, 'bob'))).code).toBe('AUTHORIZATIONFAILED');
    await directory.disable('karen');
    expect((await failure(doors.scramSucceeded('karen', from))).code).toBe('CONTACTADMIN');
    await directory.remove('karen');
    expect((await failure(doors.scramSucceeded('karen', from))).code).toBe('AUTHENTICATIONFAILED');
  });

  it('tells the log of a proof that did not fit', () => {
    const lines: object[] = [];
    const doors = authenticator({ ...silentLogger, warn: (fields) => lines.push(fields) });
    doors.scramFailed('karen', from);
    doors.scramFailed('nobody', from);
    expect(lines).toMatchObject([
      { user: 'Karen', address: '192.168.1.7', reason: 'wrongPassword' },
      { user: 'nobody', address: '192.168.1.7', reason: 'wrongPassword' },
    ]);
  });
});

function storedKeyOf(password: string, salt: Uint8Array, iterations: number): Buffer {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  return createHash('sha256').update(createHmac('sha256', salted).update('Client Key').digest()).digest();
}

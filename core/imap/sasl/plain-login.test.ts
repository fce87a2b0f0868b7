import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PasswordLogin } from '../../base/authentication.ts';
import { Malformed, Refused } from '../../base/errors.ts';
import { systemRandom } from '../../base/random.ts';
import { login } from './login.ts';
import type { SaslContext, SaslMechanism } from './mechanism.ts';
import { plain } from './plain.ts';

const user = { name: 'Karen', accountId: 'a1b2c3d4' };
const peer = { address: '192.168.1.7', secure: true };

/** A context that lets everybody in and notes with what. */
function openDoor() {
  const logins: PasswordLogin[] = [];
  const context: SaslContext = {
    authenticator: {
      verifyPassword: async (attempt) => {
        logins.push(attempt);
        if (attempt.password === 'wrong one') throw new Refused('AUTHENTICATIONFAILED', 'no');
        return user;
      },
      scramCredentials: () => Promise.reject(new Error('not asked')),
      scramSucceeded: () => Promise.reject(new Error('not asked')),
      scramFailed: () => expect.unreachable(),
    },
    peer,
    random: systemRandom,
    channelBinding: () => undefined,
  };
  return { context, logins };
}

/** Runs an exchange with these responses; the first is the initial response unless it is undefined. */
async function run(
  mechanism: SaslMechanism,
  context: SaslContext,
  initial: string | Uint8Array | undefined,
  ...responses: string[]
) {
  const exchange = mechanism.start(context, initial === undefined ? undefined : Buffer.from(initial));
  const challenges: string[] = [];
  let step = await exchange.next(new Uint8Array());
  while (!step.done) {
    challenges.push(Buffer.from(step.value).toString());
    step = await exchange.next(Buffer.from(responses.shift() ?? expect.unreachable('no more responses')));
  }
  return { challenges, user: step.value };
}

describe('PLAIN (RFC 4616)', () => {
  it.each([
    ['UTF-8', Buffer.from('\0j\u00fcrgen\0gr\u00fc\u00dfe'), 'j\u00fcrgen', 'gr\u00fc\u00dfe'],
    ['Windows-1252', Buffer.from('\0j\xfcrgen\0gr\xfc\xdfe\x80', 'latin1'), 'j\u00fcrgen', 'gr\u00fc\u00dfe\u20ac'],
    ['overlong UTF-8', Buffer.from([0, 0x61, 0, 0xc0, 0xaf]), 'a', '\u00c0\u00af'],
  ])(
    'takes names and passwords in %s to be tried: old programs know no UTF-8',
    async (_, message, userName, password) => {
      const { context, logins } = openDoor();
      await run(plain, context, message).catch(() => {});
      expect(logins).toMatchObject([{ userName, password }]);
    },
  );

  it.each([
    ['nothing', ''],
    ['no NUL', 'karen secret'],
    ['one NUL', 'karen\0secret'],
    ['three NULs', '\0karen\0secret\0'],
    ['a NUL in the password', '\0karen\0sec\0ret'],
  ])('with %s is malformed and reaches no password check', async (_, message) => {
    const { context, logins } = openDoor();
    await expect(run(plain, context, message)).rejects.toThrow(Malformed);
    expect(logins).toEqual([]);
  });

  it('hands on what was sent, not a character changed', async () => {
    const { context, logins } = openDoor();
    expect((await run(plain, context, 'bob\0karen@example.org\0 pässword\uFEFF ')).user).toBe(user);
    expect(logins).toEqual([
      { authorizeAs: 'bob', userName: 'karen@example.org', password: ' pässword\uFEFF ', from: peer },
    ]);
    await run(plain, context, '\uFEFF\0karen\0secret');
    expect(logins[1]!.authorizeAs).toBe('\uFEFF'); // no byte order mark is taken away
  });

  it('asks with an empty challenge when nothing came with the command', async () => {
    const { context, logins } = openDoor();
    expect(await run(plain, context, undefined, '\0karen\0secret')).toEqual({ challenges: [''], user });
    expect(logins[0]).toMatchObject({ authorizeAs: '', userName: 'karen' });
  });

  it('passes a refusal on', async () => {
    await expect(run(plain, openDoor().context, '\0karen\0wrong one')).rejects.toMatchObject({
      code: 'AUTHENTICATIONFAILED',
    });
  });

  it('takes any name and password there can be, and only as they are', async () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'));
    await fc.assert(
      fc.asyncProperty(word, word, async (userName, password) => {
        const { context, logins } = openDoor();
        if (password !== 'wrong one') await run(plain, context, `\0${userName}\0${password}`);
        expect(logins[0]).toMatchObject({ userName, password });
      }),
    );
  });
});

describe('LOGIN', () => {
  it.each([
    ['in the user name', ['ka\0ren']],
    ['in the password', ['karen', 'sec\0ret']],
  ])('with a NUL %s is malformed and reaches no password check', async (_, responses) => {
    const { context, logins } = openDoor();
    await expect(run(login, context, undefined, ...responses)).rejects.toThrow(Malformed);
    expect(logins).toEqual([]);
  });

  it('asks word for word what old clients wait for', async () => {
    const { context, logins } = openDoor();
    expect(await run(login, context, undefined, 'karen', 'secret')).toEqual({
      challenges: ['Username:', 'Password:'],
      user,
    });
    expect(logins).toEqual([{ userName: 'karen', password: 'secret', from: peer }]);
  });

  it('takes the user name with the command, as some clients send it', async () => {
    const { context } = openDoor();
    expect((await run(login, context, 'karen', 'secret')).challenges).toEqual(['Password:']);
  });

  it('can be left at any challenge', async () => {
    const { context, logins } = openDoor();
    const exchange = login.start(context, undefined);
    await exchange.next(new Uint8Array());
    expect(await exchange.return(user)).toMatchObject({ done: true });
    expect(logins).toEqual([]);
  });
});

import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScramCredentials } from '../../base/authentication.ts';
import { Malformed, Refused } from '../../base/errors.ts';
import { systemRandom } from '../../base/random.ts';
import type { SaslContext } from './mechanism.ts';
import { scramSha256, scramSha256Plus } from './scram.ts';

const user = { name: 'user', accountId: 'a1b2c3d4' };
const peer = { address: '192.168.1.7', secure: true };

/** The example of RFC 7677 section 3. */
const example = {
  clientFirst: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
  serverNonce: '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  withoutProof: 'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  proof: 'p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
} as const;
const clientFinal = `${example.withoutProof},${example.proof}`;

const salted = (password: string) =>
  pbkdf2Sync(password, Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'), 4_096, 32, 'sha256');
const hmac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest();

function credentialsOf(password: string): ScramCredentials {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  const storedKey = createHash('sha256')
    .update(hmac(salted(password), 'Client Key'))
    .digest();
  return { salt, iterations: 4_096, storedKey, serverKey: hmac(salted(password), 'Server Key') };
}

const pencil = credentialsOf('pencil');

/** What a client sends in the end, by the formulas of RFC 5802 section 3. */
function prove(password: string, clientFirstBare: string, serverFirst: string, withoutProof: string): string {
  const clientKey = hmac(salted(password), 'Client Key');
  const storedKey = createHash('sha256').update(clientKey).digest();
  const signature = hmac(storedKey, `${clientFirstBare},${serverFirst},${withoutProof}`);
  return `${withoutProof},p=${Buffer.from(clientKey.map((octet, index) => octet ^ signature[index]!)).toString('base64')}`;
}

interface Scene {
  readonly bindings?: Readonly<Record<string, Uint8Array>>;
  readonly random?: SaslContext['random'];
}

function scene({ bindings = {}, random = systemRandom }: Scene = {}) {
  const calls: unknown[][] = [];
  const context: SaslContext = {
    authenticator: {
      verifyPassword: () => expect.unreachable(),
      scramCredentials: async (name) => {
        calls.push(['credentials', name]);
        return pencil;
      },
      scramSucceeded: async (name, _from, authorizeAs) => {
        calls.push(['succeeded', name, authorizeAs]);
        if (name === 'disabled') throw new Refused('CONTACTADMIN', 'disabled');
        return user;
      },
      scramFailed(name) {
        calls.push(['failed', name]);
        return new Refused('AUTHENTICATIONFAILED', 'User name or password is wrong');
      },
    },
    peer,
    random,
    channelBinding: (type) => bindings[type],
  };
  return { context, calls };
}

/** Octets that make the nonce of the example. */
function exampleRandom(): Uint8Array {
  const alphabet = "!#$%&'()*+-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
  return Uint8Array.from(example.serverNonce, (character) => alphabet.indexOf(character));
}

type Talk = ReturnType<typeof scramSha256.start>;
const text = (step: IteratorResult<Uint8Array, unknown>) =>
  step.done ? undefined : Buffer.from(step.value).toString();
const say = async (talk: Talk, response: string | Uint8Array) => talk.next(Buffer.from(response));
const begin = async (context: SaslContext, clientFirst: string | Uint8Array, plus = false) => {
  const talk = (plus ? scramSha256Plus : scramSha256).start(context, Buffer.from(clientFirst));
  return { talk, serverFirst: text(await talk.next(new Uint8Array())) ?? '' };
};

describe('SCRAM-SHA-256', () => {
  it('says octet for octet what RFC 7677 section 3 has', async () => {
    const { context, calls } = scene({ random: exampleRandom });
    const { talk, serverFirst } = await begin(context, example.clientFirst);
    expect(serverFirst).toBe(example.serverFirst);
    expect(text(await say(talk, clientFinal))).toBe(example.serverFinal);
    expect(await say(talk, '')).toEqual({ done: true, value: user });
    expect(calls).toEqual([
      ['credentials', 'user'],
      ['succeeded', 'user', ''],
    ]);
  });

  it('asks with an empty challenge when nothing came with the command', async () => {
    const talk = scramSha256.start(scene({ random: exampleRandom }).context, undefined);
    expect(text(await talk.next(new Uint8Array()))).toBe('');
    expect(text(await say(talk, example.clientFirst))).toBe(example.serverFirst);
  });

  it.each([
    '',
    'n',
    'n,,',
    ',,n=user,r=abc',
    'x,,n=user,r=abc',
    'p=,,n=user,r=abc',
    'p=tls unique,,n=user,r=abc',
    'n,user,n=user,r=abc',
    'n,a=,n=user,r=abc',
    'n,,n=,r=abc',
    'n,,r=abc,n=user',
    'n,,n=user',
    'n,,n=user,r=',
    'n,,n=user,r=a b',
    'n,,n=user,r=aé',
    'n,,n=us=er,r=abc',
    'n,,n=us=2cer,r=abc',
    'n,,n=user=,r=abc',
    'n,,n=user,r=abc,',
    'n,,n=user,r=abc,x',
    'n,,n=user,r=abc,1=x',
    'n,,n=user,r=abc,x=',
    'n,,n=us\0er,r=abc',
  ])('takes %j for malformed and looks up nobody', async (message) => {
    const { context, calls } = scene();
    await expect(begin(context, message)).rejects.toThrow(Malformed);
    expect(calls).toEqual([]);
  });

  it('refuses extensions it is told it must know, and ignores the others (RFC 5802 section 5.1)', async () => {
    await expect(begin(scene().context, 'n,,m=x,n=user,r=abc')).rejects.toThrow(Refused);
    const { context, calls } = scene();
    const { talk, serverFirst } = await begin(context, 'n,,n=user,r=abc,x=1,Y=a=b');
    const nonce = serverFirst.slice(2, serverFirst.indexOf(',s='));
    expect(
      text(await say(talk, prove('pencil', 'n=user,r=abc,x=1,Y=a=b', serverFirst, `c=biws,r=${nonce},z=é`))),
    ).toMatch(/^v=/);
    expect(calls.at(-1)?.[0]).toBe('succeeded');
  });

  it.each([
    ['nothing', ''],
    ['no proof', example.withoutProof],
    ['an empty proof', `${example.withoutProof},p=`],
    ['a proof that is no base64', `${example.withoutProof},p=dHzb*apW`],
    ['base64 cut off', `${example.withoutProof},p=dHzbZ`],
    ['no channel binding', `${example.withoutProof.slice(7)},${example.proof}`],
    ['the proof first', `${example.proof},${example.withoutProof}`],
    ['another nonce', `${example.withoutProof}x,${example.proof}`],
    ['the nonce of the client alone', `c=biws,r=rOprNGfwEbeRWgbNEkqO,${example.proof}`],
  ])('takes %s in the second message for malformed', async (_, message) => {
    const { context, calls } = scene({ random: exampleRandom });
    const { talk } = await begin(context, example.clientFirst);
    await expect(say(talk, message)).rejects.toThrow(Malformed);
    expect(calls).toEqual([['credentials', 'user']]);
  });

  it('lets in nobody with another password, and says so to whoever counts', async () => {
    const { context, calls } = scene({ random: exampleRandom });
    const { talk } = await begin(context, example.clientFirst);
    const wrong = prove('pencils', example.clientFirst.slice(3), example.serverFirst, example.withoutProof);
    await expect(say(talk, wrong)).rejects.toMatchObject({ code: 'AUTHENTICATIONFAILED' });
    expect(calls).toEqual([
      ['credentials', 'user'],
      ['failed', 'user'],
    ]);
  });

  it('lets in nobody with a proof of another length', async () => {
    for (const proof of ['AAAA', Buffer.alloc(64).toString('base64')]) {
      const { context, calls } = scene({ random: exampleRandom });
      const { talk } = await begin(context, example.clientFirst);
      await expect(say(talk, `${example.withoutProof},p=${proof}`)).rejects.toMatchObject({
        code: 'AUTHENTICATIONFAILED',
      });
      expect(calls.at(-1)).toEqual(['failed', 'user']);
    }
  });

  it('never has the same nonce twice: what was overheard cannot be said again', async () => {
    const { context } = scene();
    const one = await begin(context, example.clientFirst);
    const other = await begin(context, example.clientFirst);
    expect(one.serverFirst).not.toBe(other.serverFirst);
    const nonce = one.serverFirst.slice(2, one.serverFirst.indexOf(',s='));
    const heard = prove('pencil', example.clientFirst.slice(3), one.serverFirst, `c=biws,r=${nonce}`);
    expect(text(await say(one.talk, heard))).toMatch(/^v=/);
    await expect(say(other.talk, heard)).rejects.toThrow(Malformed);
  });

  it('does not prove itself to a user who may not come in', async () => {
    const { context } = scene();
    const { talk, serverFirst } = await begin(context, 'n,,n=disabled,r=abc');
    const nonce = serverFirst.slice(2, serverFirst.indexOf(',s='));
    const final = prove('pencil', 'n=disabled,r=abc', serverFirst, `c=biws,r=${nonce}`);
    await expect(say(talk, final)).rejects.toMatchObject({ code: 'CONTACTADMIN' });
  });

  it('hands on whom the client wants to act for, and names with commas in them', async () => {
    const { context, calls } = scene();
    const { talk, serverFirst } = await begin(context, 'n,a=bob=2C=3D,n=a=2Cb=3Dc,r=abc');
    const nonce = serverFirst.slice(2, serverFirst.indexOf(',s='));
    const header = Buffer.from('n,a=bob=2C=3D,').toString('base64');
    expect(text(await say(talk, prove('pencil', 'n=a=2Cb=3Dc,r=abc', serverFirst, `c=${header},r=${nonce}`)))).toMatch(
      /^v=/,
    );
    expect(calls.at(-1)).toEqual(['succeeded', 'a,b=c', 'bob,=']);
  });

  it('wants nothing more after its own proof', async () => {
    const { context } = scene({ random: exampleRandom });
    const { talk } = await begin(context, example.clientFirst);
    await say(talk, clientFinal);
    await expect(say(talk, 'more')).rejects.toThrow(Malformed);
  });

  it('meets any octets with Malformed or Refused, never with a fault of its own', async () => {
    const piece = fc.oneof(
      fc.constantFrom('n', 'y', 'p=tls-exporter', 'a=x', 'n=user', 'r=abc', 'm=1', 'c=biws', 'p=AAAA', '=', '\0', ''),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    const messages = fc.array(
      fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(',')),
      { maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(messages, fc.boolean(), async (said, plus) => {
        const { context, calls } = scene({ bindings: { 'tls-exporter': new Uint8Array(32) } });
        const talk = (plus ? scramSha256Plus : scramSha256).start(context, undefined);
        try {
          await talk.next(new Uint8Array());
          for (const message of said) await say(talk, message);
        } catch (error) {
          expect(error instanceof Malformed || error instanceof Refused).toBe(true);
        }
        expect(calls.filter(([what]) => what === 'succeeded')).toEqual([]);
      }),
    );
  });
});

describe('SCRAM-SHA-256-PLUS', () => {
  const exporter = Buffer.from('what both ends of the TLS see...');
  const bindings = { 'tls-exporter': exporter, 'tls-server-end-point': Buffer.from('the certificate') };

  async function bound(type: string, data: Uint8Array) {
    const { context, calls } = scene({ bindings });
    const { talk, serverFirst } = await begin(context, `p=${type},,n=user,r=abc`, true);
    const nonce = serverFirst.slice(2, serverFirst.indexOf(',s='));
    const input = Buffer.concat([Buffer.from(`p=${type},,`), data]).toString('base64');
    return { calls, final: say(talk, prove('pencil', 'n=user,r=abc', serverFirst, `c=${input},r=${nonce}`)) };
  }

  it.each(Object.entries(bindings))('lets in who sees the same %s', async (type, data) => {
    expect(text(await (await bound(type, data)).final)).toMatch(/^v=/);
  });

  it.each([
    ['another connection', Buffer.from('what somebody between sees......')],
    ['nothing', new Uint8Array()],
    ['the data of another type', bindings['tls-server-end-point']],
  ])('lets in nobody who sees %s, the right password or not', async (_, data) => {
    const { final, calls } = await bound('tls-exporter', data);
    await expect(final).rejects.toMatchObject({ code: 'AUTHENTICATIONFAILED' });
    expect(calls).toEqual([['credentials', 'user']]);
  });

  it('fails a client that was made to believe there is no PLUS (RFC 5802 section 6)', async () => {
    await expect(begin(scene({ bindings }).context, 'y,,n=user,r=abc')).rejects.toMatchObject({
      code: 'AUTHENTICATIONFAILED',
    });
    // On a connection that cannot be bound the client is right.
    expect((await begin(scene().context, 'y,,n=user,r=abc')).serverFirst).toMatch(/^r=abc/);
  });

  it('stays open for clients that cannot bind at all', async () => {
    expect((await begin(scene({ bindings }).context, 'n,,n=user,r=abc')).serverFirst).toMatch(/^r=abc/);
  });

  it.each([
    ['no binding under the PLUS name', 'n,,n=user,r=abc', true],
    ['a binding under the plain name', 'p=tls-exporter,,n=user,r=abc', false],
    ['a type that does not apply here', 'p=tls-unique,,n=user,r=abc', true],
    ['a type nobody knows', 'p=constructor,,n=user,r=abc', true],
  ])('refuses %s', async (_, clientFirst, plus) => {
    const { context, calls } = scene({ bindings });
    await expect(begin(context, clientFirst, plus)).rejects.toMatchObject({ code: 'AUTHENTICATIONFAILED' });
    expect(calls).toEqual([]);
  });
});

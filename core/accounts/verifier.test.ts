import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../base/random.ts';
import { preparePassword } from './password.ts';
import { decoyVerifier, makeCredentials, standardCost, systemScrypt, verifies } from './verifier.ts';

const cheap = { scrypt: { cost: 16, blockSize: 8, parallelization: 1 }, scramIterations: 4_096 };

describe('what is kept of a password', () => {
  it('fits that password and no other', async () => {
    const { verifier } = await makeCredentials('pässword 1', cheap, systemRandom);
    expect(await verifies(preparePassword('pa\u0308ssword 1'), verifier, systemScrypt)).toBe(true);
    for (const wrong of ['', 'pässword 2', 'Pässword 1', 'pässword 1 ']) {
      expect(await verifies(preparePassword(wrong), verifier, systemScrypt)).toBe(false);
    }
  });

  it('is not the same for two users with one password: a thief must guess for each', async () => {
    const one = await makeCredentials('the same one', cheap, systemRandom);
    const other = await makeCredentials('the same one', cheap, systemRandom);
    expect(one.verifier.hash).not.toEqual(other.verifier.hash);
    expect(one.scram.storedKey).not.toEqual(other.scram.storedKey);
  });

  it('gives the SCRAM keys of the example in RFC 7677 section 3', async () => {
    const salts = [new Uint8Array(16), Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')];
    const { scram } = await makeCredentials('pencil', cheap, () => salts.shift()!);
    const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
    const message = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=${nonce}`;
    const proof = Buffer.from('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', 'base64');
    const signature = createHmac('sha256', scram.storedKey).update(message).digest();
    const clientKey = signature.map((octet, index) => octet ^ proof[index]!);
    expect(createHash('sha256').update(clientKey).digest()).toEqual(scram.storedKey);
    expect(createHmac('sha256', scram.serverKey).update(message).digest('base64')).toBe(
      '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
    );
  });

  it('can be computed at the standard cost within the memory Node allows, and costs a decoy the same', async () => {
    const decoy = decoyVerifier(standardCost.scrypt, systemRandom);
    expect(decoy).toMatchObject(standardCost.scrypt);
    expect(await verifies(preparePassword('anything'), decoy, systemScrypt)).toBe(false);
  });
});

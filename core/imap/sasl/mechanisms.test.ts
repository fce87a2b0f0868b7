import { describe, expect, it } from 'vitest';
import { findMechanism, offeredMechanisms } from './mechanisms.ts';

const bound = (type: string) => (type === 'tls-server-end-point' ? new Uint8Array(32) : undefined);
const unbound = () => undefined;
const names = (offer: Parameters<typeof offeredMechanisms>[0]) => offeredMechanisms(offer).map(({ name }) => name);

describe('the mechanisms offered', () => {
  it('show no password on a connection anybody can read', () => {
    expect(names({ plaintextAllowed: false, channelBinding: unbound })).toEqual(['SCRAM-SHA-256']);
  });

  it('do not promise channel binding where there is nothing to bind to', () => {
    expect(names({ plaintextAllowed: true, channelBinding: unbound })).toEqual(['SCRAM-SHA-256', 'PLAIN', 'LOGIN']);
  });

  it('begin with the strongest: clients take the first they know', () => {
    expect(names({ plaintextAllowed: true, channelBinding: bound })).toEqual([
      'SCRAM-SHA-256-PLUS',
      'SCRAM-SHA-256',
      'PLAIN',
      'LOGIN',
    ]);
  });

  it('are found in any case, and nothing else is', () => {
    expect(findMechanism('plain')?.name).toBe('PLAIN');
    for (const name of ['', 'PLAIN ', 'CRAM-MD5', 'constructor', 'SCRAM-SHA-1'])
      expect(findMechanism(name)).toBeUndefined();
  });
});

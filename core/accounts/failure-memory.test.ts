import { describe, expect, it } from 'vitest';
import { lockOutLimits } from '../base/limits.ts';
import { FailureMemory } from './failure-memory.ts';

const failure = (name: string) => ({ name, password: undefined, at: 0, counts: true });

describe('the memory of failed logins', () => {
  it('holds so many of one address, the newest, where nothing ever blocks it', () => {
    const memory = new FailureMemory();
    for (let index = 0; index < lockOutLimits.failuresPerAddress + 5; index += 1)
      memory.add('lan', failure(`${index}`));
    expect(memory.of('lan')).toHaveLength(lockOutLimits.failuresPerAddress);
    expect(memory.of('lan')[0]?.name).toBe('5');
  });

  it('holds so many in all; the address that has been quiet for longest is forgotten first', () => {
    const memory = new FailureMemory();
    const addresses = Array.from({ length: lockOutLimits.failures }, (_, index) => `address ${index}`);
    for (const address of addresses) memory.add(address, failure('x'));
    memory.add(addresses[0]!, failure('y'));
    expect(memory.of(addresses[0]!)).toHaveLength(2);
    expect(memory.of(addresses[1]!)).toEqual([]);
    expect(addresses.reduce((sum, address) => sum + memory.of(address).length, 0)).toBe(lockOutLimits.failures);
    memory.forgetAll(addresses[0]!);
    memory.add('one more', failure('x'));
    memory.add('another', failure('x'));
    expect(memory.of(addresses[2]!)).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { connectionLimits } from '../../base/limits.ts';
import { Admission, type Guest } from './admission.ts';

class FakeGuest implements Guest {
  readonly network: string;
  isStranger = true;
  isBusy = false;
  isOut = false;

  constructor(network: string) {
    this.network = network;
  }

  get isIdleStranger(): boolean {
    return this.isStranger && !this.isBusy;
  }

  putOut(): void {
    this.isOut = true;
  }
}

function arrive(admission: Admission<FakeGuest>, network: string, count: number): FakeGuest[] {
  return Array.from({ length: count }, () => {
    if (admission.makeRoom(network) !== undefined) throw new Error(`no room for ${network}`);
    const guest = new FakeGuest(network);
    admission.add(guest);
    return guest;
  });
}

describe('Admission', () => {
  const { beforeLogin, beforeLoginPerAddress, total } = connectionLimits;

  it('takes the place of the oldest stranger from the same network: a flood costs others nothing', () => {
    const admission = new Admission<FakeGuest>();
    const [other] = arrive(admission, 'other', 1);
    const flood = arrive(admission, 'flood', beforeLoginPerAddress + 10);
    expect(flood.map(({ isOut }) => isOut)).toEqual(flood.map((_, index) => index < 10));
    expect(other!.isOut).toBe(false);
  });

  it('takes the place of the oldest of all when the floods come from many networks', () => {
    const admission = new Admission<FakeGuest>();
    const first = arrive(admission, 'a', beforeLogin / 2);
    arrive(admission, 'b', beforeLogin / 2);
    arrive(admission, 'c', 1);
    expect(first.map(({ isOut }) => isOut).lastIndexOf(true)).toBe(0);
  });

  it('leaves alone who has logged in, and whose password is being checked', () => {
    const admission = new Admission<FakeGuest>();
    const [user, busy, idle] = arrive(admission, 'a', 3);
    user!.isStranger = false;
    busy!.isBusy = true;
    arrive(admission, 'a', beforeLoginPerAddress - 1);
    expect([user, busy, idle].map((guest) => guest!.isOut)).toEqual([false, false, true]);
  });

  it('refuses and names the limit when nobody can be put out: users fill the house, or every stranger is about to log in', () => {
    const full = new Admission<FakeGuest>();
    for (let count = 0; count < total; count++) {
      for (const guest of arrive(full, `network ${count}`, 1)) guest.isStranger = false;
    }
    expect(full.makeRoom('late')).toEqual({ kind: 'connected', limit: total });
    const busy = new Admission<FakeGuest>();
    for (const guest of arrive(busy, 'a', beforeLoginPerAddress)) guest.isBusy = true;
    expect(busy.makeRoom('a')).toEqual({ kind: 'beforeLoginFromThere', limit: beforeLoginPerAddress });
    const more = arrive(busy, 'b', beforeLogin - beforeLoginPerAddress);
    for (const guest of more) guest.isBusy = true;
    expect(busy.makeRoom('b')).toEqual({ kind: 'beforeLogin', limit: beforeLogin });
  });

  it('leaves files to open for the mail of those who are connected', () => {
    const users = (openFiles: number) => {
      const admission = new Admission<FakeGuest>(openFiles);
      for (let count = 0; ; count++) {
        if (admission.makeRoom('a') !== undefined) return count;
        const guest = new FakeGuest('a');
        guest.isStranger = false;
        admission.add(guest);
      }
    };
    expect([100, 1_024, 1_000_000].map(users)).toEqual([50, 768, total]);
  });

  it('has room again when somebody leaves', () => {
    const admission = new Admission<FakeGuest>();
    const guests = arrive(admission, 'a', beforeLoginPerAddress);
    for (const guest of guests) guest.isBusy = true;
    admission.delete(guests[0]!);
    expect(admission.makeRoom('a')).toBeUndefined();
  });
});

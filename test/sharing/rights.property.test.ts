import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RIGHTS, type Right } from '../../core/mail/rights.ts';
import { idOf, letters, Office, others } from './office.ts';

fc.configureGlobal({ seed: 4314 });

const USERS = ['Bob', 'Ann', 'Eve'];
const GROUPS = ['Office', 'Sales'];
const IDENTIFIERS = ['anyone', ...USERS, ...GROUPS.map((name) => `$${name}`)];

interface Entry {
  readonly identifier: string;
  readonly negative: boolean;
  readonly rights: readonly Right[];
  readonly mode: 'replace' | 'add' | 'remove';
}

const entry: fc.Arbitrary<Entry> = fc.record({
  identifier: fc.constantFrom(...IDENTIFIERS),
  negative: fc.boolean(),
  rights: fc.subarray([...RIGHTS]),
  mode: fc.constantFrom('replace', 'add', 'remove'),
});
const membership = fc.record({ Office: fc.subarray(USERS), Sales: fc.subarray(USERS) });
type Membership = { readonly Office: readonly string[]; readonly Sales: readonly string[] };

/** The whole of it, one right and one user at a time: given by something that means him, and taken away by nothing. */
function model(steps: readonly Entry[], user: string, groups: Membership): string {
  const means = (identifier: string) =>
    identifier === 'anyone' ||
    identifier === user ||
    (identifier === '$Office' && groups.Office.includes(user)) ||
    (identifier === '$Sales' && groups.Sales.includes(user));
  const holds = (identifier: string, negative: boolean, right: Right) =>
    steps
      .filter((step) => step.identifier === identifier && step.negative === negative)
      .reduce((held, { mode, rights }) => {
        if (mode === 'replace') return rights.includes(right);
        return rights.includes(right) ? mode === 'add' : held;
      }, false);
  const found = (negative: boolean, right: Right) =>
    IDENTIFIERS.some((identifier) => means(identifier) && holds(identifier, negative, right));
  return letters(RIGHTS.filter((right) => found(false, right) && !found(true, right)));
}

describe('effective rights', () => {
  it('are what is given without what is taken away, in whatever order it was written down and whoever joins a group', async () => {
    const office = await Office.open('Karen', ...USERS);
    for (const group of GROUPS) office.people.group(group);
    const karen = await office.mail('Karen');
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 10 }), membership, membership, async (steps, first, then) => {
        const name = `Box ${run++}`;
        await karen.create(name);
        for (const group of GROUPS) office.people.group(group, ...first[group as keyof Membership]);
        for (const { identifier, negative, mode, rights } of steps) {
          await karen.setAcl(name, `${negative ? '-' : ''}${identifier}`, { mode, rights: new Set(rights) });
        }
        for (const groups of [first, then]) {
          for (const group of GROUPS) office.people.group(group, ...groups[group as keyof Membership]);
          for (const user of USERS) {
            const expected = model(steps, user, groups);
            const visible = expected.includes('l');
            const mail = await office.mail(user);
            const shown = `#users/Karen/${name}`;
            expect(others(mail).includes(shown)).toBe(visible);
            expect(mail.find(shown) !== undefined).toBe(visible);
            if (visible) expect(letters(mail.myRights(shown))).toBe(expected);
            else expect(() => mail.myRights(shown)).toThrow('There is no such mailbox');
            const told = await office.shared.shares.effective(idOf('Karen'), name, idOf(user));
            expect(letters(told)).toBe(visible ? expected : '');
          }
        }
        await karen.delete(name);
      }),
      { numRuns: 60 },
    );
    expect(office.logger.problems).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { mailboxLimits, storeLimits } from '../../base/limits.ts';
import { Database } from './database.ts';
import { StoredFlagSets } from './flag-sets.ts';

function emptyIndex(): Database {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE flag_set (id INTEGER PRIMARY KEY, flags TEXT NOT NULL)');
  return database;
}

describe('flag sets', () => {
  it('takes flags that differ in case or order for the same', () => {
    const sets = new StoredFlagSets(emptyIndex());
    const id = sets.intern(['Work', '\\Seen', '$Forwarded']);
    expect(sets.intern(['$FORWARDED', 'work', '\\SEEN', '\\seen'])).toBe(id);
    expect(sets.text(id)).toBe('\\Seen Work $Forwarded');
    expect(sets.has(id, 'WORK')).toBe(true);
    expect(sets.intern([])).toBe(0);
  });

  it('never stores \\Recent, which is a fact about a session', () => {
    const sets = new StoredFlagSets(emptyIndex());
    expect(sets.intern(['\\Recent'])).toBe(0);
    expect(sets.changed(0, { mode: 'add', flags: ['\\recent', '\\Seen'] })).toBe(sets.intern(['\\Seen']));
  });

  it('adds, removes and replaces', () => {
    const sets = new StoredFlagSets(emptyIndex());
    const old = sets.intern(['\\Seen', 'a', 'b']);
    const text = (mode: 'add' | 'remove' | 'replace') => sets.text(sets.changed(old, { mode, flags: ['A', 'c'] }));
    expect([text('add'), text('remove'), text('replace')]).toEqual(['\\Seen a b c', '\\Seen b', 'a c']);
  });

  it('refuses keywords without end: each would stay in memory for good', () => {
    const sets = new StoredFlagSets(emptyIndex());
    for (let i = 0; i < mailboxLimits.keywords; i++) sets.intern([`k${i}`]);
    expect(() => sets.intern(['one-more'])).toThrow(expect.objectContaining({ code: 'LIMIT' }));
    expect(sets.intern(['K1'])).toBe(sets.intern(['k1']));
  });

  it.each([['a b'], ['a\r\n* BYE'], ['\u010d\u010a*'], ['\\Other'], ['(']])('refuses %j, which is no flag', (flag) => {
    expect(() => new StoredFlagSets(emptyIndex()).intern([flag])).toThrow(expect.objectContaining({ code: 'CANNOT' }));
  });

  it('refuses long keywords, and sets without end: they are in memory, and read at every login', () => {
    const sets = new StoredFlagSets(emptyIndex());
    expect(() => sets.intern(['x'.repeat(8_000)])).toThrow(expect.objectContaining({ code: 'LIMIT' }));
    let id = 0;
    let octets = 0;
    const add = () => {
      for (let i = 0; i < mailboxLimits.keywords; i++) {
        id = sets.changed(i % mailboxLimits.flagsPerMessage === 0 ? 0 : id, {
          mode: 'add',
          flags: [`k${i}`.padEnd(90, 'x')],
        });
        octets += sets.text(id).length;
      }
    };
    expect(add).toThrow(expect.objectContaining({ code: 'LIMIT' }));
    expect(octets).toBeLessThan(storeLimits.flagSetOctets * 1.1);
  });

  it('tells nobody of what came in before flags were checked, and takes it away on repair', () => {
    const database = emptyIndex();
    database.exec(`INSERT INTO flag_set VALUES (1, '\\Seen bad(one good'), (2, 'Foo]Bar')`);
    const sets = new StoredFlagSets(database);
    expect([sets.text(1), sets.text(2)]).toEqual(['\\Seen good', '']);
    expect(sets.unstorable()).toEqual([
      { id: 1, flag: 'bad(one' },
      { id: 2, flag: 'Foo]Bar' },
    ]);
    for (const { id } of sets.unstorable()) sets.rewrite(id);
    expect(new StoredFlagSets(database).unstorable()).toEqual([]);
  });

  it('has after reopening what was saved, under the same ids, and writes again what a failed transaction lost', () => {
    const database = emptyIndex();
    const sets = new StoredFlagSets(database);
    const first = sets.intern(['\\Seen', 'a']);
    sets.saved(sets.save());
    const second = sets.intern(['b']);
    expect(() =>
      database.transaction(() => {
        sets.save();
        throw new Error('disk full');
      }),
    ).toThrow();
    expect(() => new StoredFlagSets(database).get(second)).toThrow(RangeError);
    sets.saved(sets.save());
    const again = new StoredFlagSets(database);
    expect([again.text(first), again.text(second)]).toEqual(['\\Seen a', 'b']);
  });
});

import { describe, expect, it } from 'vitest';
import { append, copy, move } from './adding.ts';
import { expunge, rename, store } from './changing.ts';
import { differences } from './compare.ts';
import { Model } from './model.ts';
import { digestOf, flagSet, type SeenMailbox, type SeenMessage, type Snapshot } from './snapshot.ts';

/** The crash test finds nothing only if there is nothing: each kind of loss must be noticed. */

const octets = ['one', 'two', 'three'].map((text) => Buffer.from(text));

function modelOfThree(): Model {
  const model = new Model();
  const mailbox = model.create('INBOX');
  Object.assign(mailbox, { uidValidity: 7, uidNext: 4, highestModseq: 12 });
  octets.forEach((bytes, i) => {
    model.add('INBOX', i + 1, { digest: digestOf(bytes), owner: 0, flags: flagSet(['\\Seen']), modseq: 10 + i });
  });
  return model;
}

const seenThree: ReadonlyMap<number, SeenMessage> = new Map(
  octets.map((bytes, i) => [
    i + 1,
    { digest: digestOf(bytes), flags: flagSet(['\\Seen']), modseq: 10 + i, mark: undefined },
  ]),
);
const seenInbox: SeenMailbox = {
  uidValidity: 7,
  uidNext: 4,
  highestModseq: 12,
  messages: seenThree,
  wrongSearches: [],
};

function seen(change: Partial<SeenMailbox>, others: Record<string, SeenMailbox> = {}): Snapshot {
  return new Map(Object.entries({ INBOX: { ...seenInbox, ...change }, ...others }));
}

function withMessage(uid: number, change: Partial<SeenMessage>): Map<number, SeenMessage> {
  return new Map([...seenThree, [uid, { ...(seenThree.get(uid) ?? seenThree.get(1)!), ...change }]]);
}

function without(...uids: number[]): Map<number, SeenMessage> {
  return new Map([...seenThree].filter(([uid]) => !uids.includes(uid)));
}

describe('the comparison after a crash', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(differences(modelOfThree(), seen({}))).toEqual([]);
  });

  it.each<[string, Snapshot, RegExp]>([
    ['a lost mailbox', new Map(), /is gone/],
    ['a mailbox nobody made', seen({}, { Extra: seenInbox }), /must not be/],
    ['a lost message', seen({ messages: without(2) }), /UID 2 was answered OK and is gone/],
    ['other octets', seen({ messages: withMessage(2, { digest: 'x' }) }), /other octets/],
    ['a lost flag', seen({ messages: withMessage(2, { flags: new Set() }) }), /flags \(\) instead of/],
    ['a message nobody sent', seen({ messages: withMessage(9, {}) }), /never sent/],
    ['another UIDVALIDITY', seen({ uidValidity: 8 }), /UIDVALIDITY changed/],
    ['UIDNEXT gone back', seen({ uidNext: 3 }), /UIDNEXT went back/],
    ['HIGHESTMODSEQ gone back', seen({ highestModseq: 11 }), /HIGHESTMODSEQ/],
    ['a search that misses', seen({ wrongSearches: ['SEARCH TEXT x finds nothing'] }), /SEARCH TEXT/],
    ['a MODSEQ gone back', seen({ messages: withMessage(2, { modseq: 3 }) }), /MODSEQ went back/],
  ])('finds %s', (_, snapshot, complaint) => {
    expect(differences(modelOfThree(), snapshot).join('\n')).toMatch(complaint);
  });

  it('finds an expunged message that returned, and one that was shown and is gone', () => {
    const model = modelOfThree();
    model.remove('INBOX', 2);
    model.mailbox('INBOX').observed.add(5);
    const wrong = differences(model, seen({ uidNext: 6 })).join('\n');
    expect(wrong).toMatch(/UID 2 was expunged and returned/);
    expect(wrong).toMatch(/UID 5 was shown to another client and is gone/);
  });

  it('finds a UID that comes to name another message', () => {
    const model = modelOfThree();
    expect(differences(model, seen({}))).toEqual([]);
    model.remove('INBOX', 3);
    model.add('INBOX', 3, { digest: 'other', owner: 0, flags: new Set(), modseq: 0 });
    const reused = withMessage(3, { digest: 'other', flags: new Set() });
    expect(differences(model, seen({ messages: reused })).join('\n')).toMatch(/was another message before/);
  });
});

describe('an operation under way at the crash', () => {
  const added = ['four', 'five'].map((text) => ({ bytes: Buffer.from(text), flags: ['\\Seen'] }));
  const fresh = added.map(
    ({ bytes }): SeenMessage => ({ digest: digestOf(bytes), flags: flagSet(['\\Seen']), modseq: 13, mark: undefined }),
  );
  const grown = { uidNext: 6, highestModseq: 13 };

  it('may have happened or not', () => {
    const both = new Map([...seenThree, [4, fresh[0]!], [5, fresh[1]!]]);
    for (const snapshot of [seen({}), seen({ ...grown, messages: both })]) {
      const model = modelOfThree();
      expect(append('INBOX', 0, added).settle(model, snapshot)).toBeUndefined();
      expect(differences(model, snapshot)).toEqual([]);
    }
  });

  it('may not have half happened: MULTIAPPEND is all or nothing', () => {
    const half = seen({ ...grown, messages: new Map([...seenThree, [4, fresh[0]!]]) });
    expect(append('INBOX', 0, added).settle(modelOfThree(), half)).toMatch(/1 of 2/);
  });

  it('may not have moved a message to both places or to none', () => {
    const other = { ...seenInbox, messages: new Map([[1, seenThree.get(2)!]]) };
    const both = seen({}, { Other: other });
    const none = seen({ messages: without(2) }, { Other: { ...seenInbox, messages: new Map() } });
    for (const snapshot of [both, none]) {
      const model = modelOfThree();
      model.create('Other');
      move(model, 'INBOX', [2], 'Other').settle(model, snapshot);
      expect(differences(model, snapshot)).not.toEqual([]);
    }
  });

  it('may have reached some messages and others not, for STORE and EXPUNGE', () => {
    const model = modelOfThree();
    for (const uid of [2, 3]) model.mailbox('INBOX').messages.get(uid)!.flags = flagSet(['\\Deleted']);
    const messages = withMessage(1, { flags: flagSet(['\\Seen', '$Later']) });
    messages.set(2, { ...seenThree.get(2)!, flags: flagSet(['\\Deleted']) });
    messages.delete(3);
    const snapshot = seen({ messages });
    store(model, 'INBOX', [1, 2], '+FLAGS', ['$Later']).settle(model, snapshot);
    expunge(model, 'INBOX', 'all').settle(model, snapshot);
    expect(differences(model, snapshot)).toEqual([]);
  });

  it('may have renamed a branch, and the model follows', () => {
    const model = modelOfThree();
    const snapshot: Snapshot = new Map([['Renamed', seenInbox]]);
    rename('INBOX', 'Renamed').settle(model, snapshot);
    copy(model, 'Renamed', [2], 'Renamed').settle(model, snapshot);
    expect(differences(model, snapshot)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { definitionOf, settingKeys } from '../../core/settings/schema.ts';
import { imap4Text } from '../text/imap4-sheet.ts';
import { whatClientsSee } from '../text/what-clients-see.ts';
import { accessCellProblem } from './access-cell-problem.ts';
import { advancedGroups } from './imap4-pages.ts';
import { withRowMoved } from './list-edits.ts';
import { numberRange } from './number-range.ts';
import { rowProblems } from './numbered-rows.ts';
import { sameValue } from './same-value.ts';
import { settingProblem, wrongCells } from './setting-problem.ts';

const rules = 'imap4.access.rules';
const rule = { restrict: 'allow', type: 'ipv4', address: '10.0.0.0', prefix: 8, users: [] };

describe('the Advanced page', () => {
  it('begins with the six options of VPOP3 in its order, under its labels', () => {
    expect(advancedGroups[0]?.settings.map(({ setting }) => definitionOf(setting).label)).toEqual([
      'Fake access to inaccessible mailboxes',
      'Keep Internal Date and Message Flags when messages are copied',
      "Support IMAP 'IDLE' command",
      'Max failed login attempts',
      'Concurrent logins for a user',
      'Concurrent logins from an IP address',
    ]);
  });

  it('has every setting there is once, and says of each what a client will see', () => {
    const shown = advancedGroups.flatMap(({ settings }) => settings.map(({ setting }) => setting));
    const advanced = settingKeys.filter((key) => key.startsWith('imap4.advanced.'));
    expect(shown.toSorted()).toEqual(advanced.toSorted());
    for (const key of shown) expect(whatClientsSee(key, definitionOf(key).default), key).toMatch(/\w.*\.$/);
  });

  it.each([
    [0, 'Every login'],
    [1, 'The 2nd login'],
    [20, 'The 21st login'],
    [111, 'The 112th login'],
  ])('counts logins over a limit of %i as people do', (limit, words) => {
    expect(whatClientsSee('imap4.advanced.concurrentLoginsPerUser', limit)).toContain(words);
  });
});

describe('what stands beside a field', () => {
  it('is worded as the schema words it, without the key', () => {
    expect(settingProblem('imap4.general.autoLogout', 5)).toBe(
      `${imap4Text.must} be a whole number from 30 to 1440 (minutes); for example: 30`,
    );
    expect(settingProblem('imap4.general.autoLogout', 30)).toBeUndefined();
  });

  it('names the very cell of a list that is wrong, once', () => {
    const lines = [rule, { ...rule, prefix: 33 }, { ...rule, users: ['karen', 'a b', 'c d'] }];
    const wrong = wrongCells(rules, lines);
    expect(wrong.has('1.prefix')).toBe(true);
    const problems = rowProblems(
      wrong,
      (cell) => accessCellProblem(cell, undefined),
      (line, text) => `${line}: ${text}`,
    );
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['2:', '3:']);
  });
});

describe('the range of a number', () => {
  it.each([
    ['imap4.general.autoLogout', { min: 30, max: 1_440 }],
    ['imap4.advanced.idleHeartbeat', { min: 0, max: 1_740 }],
    ['imap4.general.serviceName', {}],
  ] as const)('of %s is the schema’s own', (key, range) => {
    expect(numberRange(definitionOf(key))).toEqual(range);
  });
});

describe('rows', () => {
  it('change places, and stay where they are at the ends', () => {
    expect(withRowMoved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
    expect(withRowMoved(['a', 'b', 'c'], 1, 1)).toEqual(['a', 'c', 'b']);
    expect(withRowMoved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
    expect(withRowMoved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  });
});

describe('values of JSON', () => {
  it('are the same in whatever order their keys are, and differ otherwise', () => {
    expect(sameValue([{ a: 1, b: [] }], [{ b: [], a: 1 }])).toBe(true);
    const differing: [unknown, unknown][] = [
      [[], {}],
      [[1], [1, 2]],
      [{ a: 1 }, { b: 1 }],
      [null, {}],
      [1, '1'],
    ];
    for (const [one, other] of differing) expect(sameValue(one, other), JSON.stringify([one, other])).toBe(false);
  });
});

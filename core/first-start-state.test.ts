import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Directory, openDirectory } from './accounts/directory.ts';
import { cheapPasswords } from './accounts/testing.ts';
import { silentLogger } from './base/logger.ts';
import { systemRandom } from './base/random.ts';
import { FirstStartState } from './first-start-state.ts';

const noon = Date.UTC(2026, 1, 3, 12);
const common = { clock: { now: () => noon }, logger: silentLogger };
const pass = 'a long enough secret';
let folder: string;
let directory: Directory;
let state: FirstStartState;
let accountId: string;

const open = () => FirstStartState.open(join(folder, 'first-start.json'), { directory, ...common });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailroom-first-'));
  directory = await openDirectory(join(folder, 'directory.json'), {
    ...common,
    random: systemRandom,
    passwordCost: cheapPasswords,
  });
  accountId = (await directory.add('karen', pass)).accountId;
  state = await open();
  await state.begin(accountId);
});
afterEach(async () => {
  await state.close();
  await rm(folder, { recursive: true });
});

const waiting = { needsFirstUser: true, firstUser: 'karen', firstStartAt: noon };
const done = { needsFirstUser: false, firstUser: undefined, firstStartAt: noon };

/** As it is now and as the next start will have it. */
async function bothStates() {
  await state.close();
  const before = state.state();
  state = await open();
  expect(state.state()).toEqual(before);
  return before;
}

it('waits for the first user over a restart: a window that was closed must welcome again', async () => {
  expect(await bothStates()).toEqual(waiting);
  await directory.setQuota('karen', { octets: 1, messages: 1 });
  state.loggedIn('somebodyelse');
  expect(await bothStates()).toEqual(waiting);
});

it.each([
  ['a login', () => state.loggedIn(accountId)],
  ['a new password', () => directory.setPassword('karen', 'another long secret')],
  ['a new name', () => directory.rename('karen', 'olaf')],
  ['a second user', () => directory.add('olaf', pass)],
  ['his removal', () => directory.remove('karen')],
])('never welcomes again after %s', async (_, happens) => {
  await happens();
  expect(await bothStates()).toEqual(done);
});

it('stays done when the second user goes: the first has been somebody since', async () => {
  await directory.add('olaf', pass);
  await directory.remove('olaf');
  expect(await bothStates()).toEqual(done);
});

it('lets the server start with a damaged file', async () => {
  await state.close();
  await writeFile(join(folder, 'first-start.json'), '{"at":');
  state = await open();
  expect(state.state()).toEqual({ ...done, firstStartAt: undefined });
});

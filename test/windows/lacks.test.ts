import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LACKING } from '../../core/base/testing-windows.ts';

const project = join(import.meta.dirname, '../..');
const tests = globSync('{core,electron,renderer,test}/**/*.test.ts', { cwd: project }).map((file) => ({
  file,
  text: readFileSync(join(project, file), 'utf8'),
}));

it('every test that is not run on Windows names its reason, and every reason is one of a test', () => {
  const unnamed = tests.filter(({ text }) => /skipIf\([^)]*\)?[^)]*win32|runIf\([^)]*!==? 'win32'/.test(text));
  expect(unnamed.map(({ file }) => file)).toEqual([]);
  const named = tests.flatMap(({ text }) => Array.from(text.matchAll(/\blacks\('([^']+)'\)/g), ([, what]) => what!));
  expect(new Set(named)).toEqual(new Set(Object.keys(LACKING)));
});

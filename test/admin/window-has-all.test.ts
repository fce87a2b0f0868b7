import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { calls } from '../../core/admin/contract.ts';
import { settingKeys } from '../../core/settings/schema.ts';

const RENDERER = join(import.meta.dirname, '../../renderer');

/**
 * The app has Quit for it, and a page that ends its own server could not start it again. Help gives a setting its default
 * back, to be applied with everything else on the sheet.
 */
const ANOTHER_WAY = ['server.stop', 'settings.reset'];

/** All that the window is made of, without its tests and what only they use. */
async function windowSource(): Promise<string> {
  const names = await readdir(RENDERER, { recursive: true });
  const own = names.filter((name) => /\.(ts|svelte)$/.test(name) && !/\.test\.ts$|testing\.ts$|api.fake-/.test(name));
  return (await Promise.all(own.map((name) => readFile(join(RENDERER, name), 'utf8')))).join('\n');
}

it('the window uses every call of the contract: what is missing there nobody can do without the command line', async () => {
  const source = await windowSource();
  const asked = (name: string) => {
    const [group, what] = name.split('.');
    // `services.${what}`: one button each.
    return source.includes(`'${name}'`) || (source.includes(`\`${group}.\${`) && source.includes(`'${what}'`));
  };
  expect(Object.keys(calls).filter((name) => !asked(name))).toEqual(ANOTHER_WAY);
});

it('every setting is on a page of the window', async () => {
  const source = await windowSource();
  const onPage = (key: string) =>
    new RegExp(`['"]${key.replaceAll('.', '[.]')}['"]`).test(source) ||
    source.includes(`below('${key.split('.')[0]}')`); // a whole group, on a page of the main window
  expect(settingKeys.filter((key) => !onPage(key))).toEqual([]);
});

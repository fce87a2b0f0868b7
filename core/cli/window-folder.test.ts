import { join } from 'node:path';
import { expect, it } from 'vitest';
import { windowFolder } from './window-folder.ts';

it('is never the folder of the window’s sources, which a browser cannot run', () => {
  expect(windowFolder(join('/checkout/core/cli/window-folder.ts'))).toBe(join('/checkout/dist/renderer'));
  expect(windowFolder(join('/checkout/dist/core/cli/window-folder.js'))).toBe(join('/checkout/dist/renderer'));
  expect(windowFolder(join('/app/resources/command/serve-x.mjs'))).toBe(join('/app/resources/renderer'));
  expect(windowFolder(join('/package/dist/core/cli/window-folder.js'))).toBe(join('/package/dist/renderer'));
});

import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const built = ['test/electron/{built,package}.test.ts'];
/** Tests of the core, the shell and the commands that need neither a browser nor the built app. */
const plain = globSync('{core,electron,test}/**/*.test.ts', { exclude: [...built, 'test/app/**'] }).map((file) =>
  file.replaceAll('\\', '/'),
);
/** They put something else in a module's place, which the files that come after them must not get. */
const mocking = plain.filter((file) => /^vi\.mock\(/m.test(readFileSync(file, 'utf8')));

// Tests start hundreds of processes and threads: each would strip the types of the same modules again.
process.env['NODE_COMPILE_CACHE'] ??= resolve('node_modules/.cache/compiled');

export default defineConfig({
  test: {
    // Real sockets, disks and processes: a busy machine may need long, a hang must still end.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // They wait for disks, sockets and processes more than they work: every core has one of its own.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'core',
          include: plain,
          exclude: mocking,
          environment: 'node',
          isolate: false, // no module keeps state, and loading the server for every file takes as long as many tests
        },
      },
      {
        extends: true,
        test: { name: 'mocking', include: mocking, environment: 'node' },
      },
      {
        extends: true,
        test: {
          name: 'built',
          include: built,
          environment: 'node',
          globalSetup: ['test/electron/global-setup.ts'], // builds the app once for all of them
        },
      },
      {
        extends: true,
        test: {
          name: 'app',
          include: ['test/app/**/*.test.ts'],
          environment: 'node',
          globalSetup: ['test/app/global-setup.ts'], // one browser for all of them
          isolate: false,
        },
      },
      {
        extends: true,
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: { name: 'renderer', include: ['renderer/**/*.test.ts'], environment: 'jsdom', isolate: false },
      },
    ],
  },
});

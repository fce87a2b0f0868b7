import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

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
          include: ['{core,electron,test}/**/*.test.ts'],
          exclude: ['test/app/**', 'test/electron/{built,package}.test.ts', '**/node_modules/**'],
          environment: 'node', // each file in a process of its own: some end threads and open hundreds of databases
        },
      },
      {
        extends: true,
        test: {
          name: 'built',
          include: ['test/electron/{built,package}.test.ts'],
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
          isolate: false, // no module keeps state, and loading the server for every file takes as long as many tests
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

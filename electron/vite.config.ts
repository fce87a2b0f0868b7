import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { defineConfig } from 'electron-vite';

const project = join(import.meta.dirname, '..');
const out = join(project, 'dist', 'app');

/**
 * The app's bundles. Packages of node_modules stay outside those of the main process; the preload script, which the
 * sandbox lets require nothing but Electron, is one file.
 */
export default defineConfig({
  main: {
    root: project,
    plugins: [
      {
        name: 'icons beside the bundles',
        closeBundle: () => cp(join(project, 'build', 'icons', 'app'), join(out, 'icons'), { recursive: true }),
      },
    ],
    build: {
      outDir: join(out, 'main'),
      emptyOutDir: true,
      sourcemap: true,
      rollupOptions: {
        input: {
          entry: join(project, 'electron/main/entry.ts'),
          'engine.worker': join(project, 'electron/engine/engine.worker.ts'),
          // Threads that core starts: by the name of their file, beside the one that starts them.
          'search.worker': join(project, 'core/store/search/search.worker.ts'),
          'maintenance.worker': join(project, 'core/store/maintenance/maintenance.worker.ts'),
        },
        // In the package no package.json need be looked up for what ends in .mjs.
        // Shared pieces stay in the same folder: the threads' programs are looked for beside the piece that starts them.
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  },
  preload: {
    root: project,
    build: {
      outDir: join(out, 'preload'),
      emptyOutDir: true,
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: join(project, 'electron/preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
});

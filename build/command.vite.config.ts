import { join } from 'node:path';
import { defineConfig } from 'vite';

const project = join(import.meta.dirname, '..');

/**
 * The `mailroom` command of the installed app, for Node.js itself, which lies beside it: all packages are in the bundle,
 * since those of the app are in an archive that Electron alone can read.
 */
export default defineConfig({
  root: project,
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node24',
    outDir: join(project, 'dist', 'command'),
    emptyOutDir: true,
    rollupOptions: {
      input: {
        mailroom: join(project, 'core/cli/main.ts'),
        // What the installer runs.
        path: join(project, 'core/install/path.main.ts'),
        // Threads that core starts: by the name of their file, beside the one that starts them.
        'search.worker': join(project, 'core/store/search/search.worker.ts'),
        'maintenance.worker': join(project, 'core/store/maintenance/maintenance.worker.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
});

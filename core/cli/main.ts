#!/usr/bin/env node
import { prepareRuntime } from './runtime.ts';

prepareRuntime();
// Only now, so that what is loaded from here on comes from the cache.
const { runCommandLine } = await import('./program.ts');
const { systemSurroundings } = await import('./surroundings.ts');

process.exitCode = await runCommandLine(process.argv.slice(2), systemSurroundings());

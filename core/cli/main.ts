#!/usr/bin/env node
import { runCommandLine } from './program.ts';
import { systemSurroundings } from './surroundings.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), systemSurroundings());

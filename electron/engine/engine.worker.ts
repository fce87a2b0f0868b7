import { parentPort, workerData } from 'node:worker_threads';
import { runEngine } from './engine.ts';
import type { EngineOptions } from './messages.ts';
import { serverHost } from './server-host.ts';

/** The engine's thread. The same under Electron and under plain Node. */
if (parentPort === null) throw new Error('This is the program of a worker thread: start it with new Worker()');
const options = workerData as EngineOptions;
await runEngine(parentPort, options, serverHost(options));

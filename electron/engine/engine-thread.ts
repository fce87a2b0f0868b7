import { Worker } from 'node:worker_threads';
import type { EngineOptions, FromEngine, ToEngine } from './messages.ts';

/** A running engine, as its supervisor sees it. */
export interface EngineThread {
  postMessage(message: ToEngine): void;
  /** At once, whatever it is doing. The store bears that. */
  terminate(): void;
}

export interface EngineListeners {
  onMessage(message: FromEngine): void;
  /** Called once, when the thread is gone; undefined: it ended by itself. */
  onExit(failure: Error | undefined): void;
}

export type StartEngine = (options: EngineOptions, listeners: EngineListeners) => EngineThread;

/** Starts the engine's program in worker threads. */
export function engineThreads(entry: URL): StartEngine {
  return (options, { onMessage, onExit }) => {
    const worker = new Worker(entry, { name: 'engine', workerData: options });
    let failure: Error | undefined;
    worker.on('message', onMessage);
    worker.on('error', (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', (code) => onExit(failure ?? (code === 0 ? undefined : new Error(`It ended with code ${code}`))));
    return { postMessage: (message) => worker.postMessage(message), terminate: () => void worker.terminate() };
  };
}

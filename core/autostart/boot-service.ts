import type { SystemRun } from './system-run.ts';

/** The program that serves: Node.js and what it is given before the name of a command. */
export interface ServerProgram {
  readonly program: string;
  readonly args: readonly string[];
}

export interface ServiceDefinition extends ServerProgram {
  /** The data folder. */
  readonly data: string;
}

/**
 * Whom a system lets run a server before anybody logs on, and how. All of it needs an administrator, and can be done again
 * when it was cut short.
 */
export interface BootService {
  /** The account that runs the server is there, and the data folder is its own. */
  prepare(data: string): Promise<void>;
  /** The server runs, and will whenever the computer starts. */
  install(definition: ServiceDefinition): Promise<void>;
  /** It ends, and is not started any more. Nothing happens where there is none. */
  remove(): Promise<void>;
  /** Gives the data folder back to a person. */
  giveTo(data: string, owner: Owner): Promise<void>;
}

/** Whom files belong to, outside Windows. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export type MakeBootService = (run: SystemRun) => BootService;

import type { Session } from '../session/session.ts';
import type { Command } from './command.ts';

/** Every command the service knows. What is advertised comes from the commands that are here and from nowhere else. */
export class Registry {
  readonly #commands = new Map<string, Command>();
  /** Those that bring capabilities. The list is made twice at every login. */
  readonly #capable: readonly Command[];

  constructor(commands: readonly Command[]) {
    for (const command of commands) {
      if (this.#commands.has(command.name)) throw new Error(`two commands named ${command.name}`);
      this.#commands.set(command.name, command);
    }
    this.#capable = commands.filter(({ capabilities }) => capabilities !== undefined);
  }

  /** The command of this name, unless a setting has switched it off. */
  find(name: string, session: Session): Command | undefined {
    const command = this.#commands.get(name);
    return command?.enabled?.(session) === false ? undefined : command;
  }

  /** True for the first word of commands that have two, such as UID. */
  isPrefix(name: string): boolean {
    return name === 'UID';
  }

  /** The capability list in the session's present state (RFC 9051 section 7.2.2). */
  capabilities(session: Session): string {
    const names = new Set<string>();
    for (const command of this.#capable) {
      if (command.enabled?.(session) === false) continue;
      for (const name of command.capabilities?.(session) ?? []) names.add(name);
    }
    return [...names].join(' ');
  }
}

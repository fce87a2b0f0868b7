import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import type { BootService, Owner, ServerProgram } from './boot-service.ts';
import type { LoginItem } from './login-item.ts';
import { moveFolder } from './move-folder.ts';

/** When the server starts by itself: when a person logs on, when the computer starts, or never. */
export const autostartWays = ['login', 'boot', 'off'] as const;
export type AutostartWay = (typeof autostartWays)[number];

/** How this computer starts Mailroom, and for whom. */
export interface AutostartParts {
  /** The data folder of the person who asks. */
  readonly ownData: string;
  /** Where the mail of a server is that the system starts. */
  readonly machineData: string;
  /** Whether the system starts one. */
  readonly isBoot: () => boolean;
  readonly service: BootService;
  /** @throws UserError when the app is not installed, or the system lets only the app itself say so. */
  readonly loginItem: () => LoginItem;
  readonly server: ServerProgram;
  /** Who asks, outside Windows. */
  readonly owner: Owner | undefined;
  /** @throws UserError when only an administrator may do that and who asks is none. */
  needAdministrator(): Promise<void>;
  /** Whether a server or a command has the folder. */
  isInUse(data: string): Promise<boolean>;
  /** Ends the server that has the folder, in order, and waits for that. */
  endServer(data: string): Promise<void>;
  /** Windows' access list of the folder becomes the asker's, the system's and the administrators'. */
  closeToOthers(data: string): Promise<void>;
}

/** Shows and sets when the server starts by itself. */
export class Autostart {
  readonly #parts: AutostartParts;

  constructor(parts: AutostartParts) {
    this.#parts = parts;
  }

  async show(): Promise<{ readonly way: AutostartWay; readonly data: string }> {
    const { isBoot, machineData, ownData } = this.#parts;
    if (isBoot()) return { way: 'boot', data: machineData };
    return { way: (await this.#startsAtLogin()) ? 'login' : 'off', data: ownData };
  }

  /**
   * The mail comes along: a server that the system starts has it where the computer keeps what is nobody's own, any other
   * where its person does. Can be done again when it was cut short.
   * @param leavesMail the mail of a server that the system has started stays where it is: its program is about to be removed
   * @returns what was done, for people
   * @throws UserError when a server runs that would have to end, or there is mail at both places
   */
  async set(way: AutostartWay, leavesMail = false): Promise<readonly string[]> {
    if (way === 'boot') return this.#toBoot();
    const item = way === 'login' ? this.#parts.loginItem() : undefined; // before anything is changed
    const told = this.#parts.isBoot() ? await this.#fromBoot(leavesMail) : [];
    if (item === undefined) {
      if (await this.#startsAtLogin()) await this.#parts.loginItem().set(false);
      return [...told, 'Mailroom starts when somebody starts it'];
    }
    await item.set(true);
    return [...told, 'Mailroom starts when you log on'];
  }

  async #toBoot(): Promise<readonly string[]> {
    const { service, machineData, server, needAdministrator, closeToOthers, isBoot } = this.#parts;
    await needAdministrator();
    if (isBoot()) return [`Mailroom starts with the computer already; its mail is in ${machineData}`];
    const told = await this.#move(this.#parts.ownData, machineData);
    if (await this.#startsAtLogin()) await this.#parts.loginItem().set(false);
    await closeToOthers(machineData);
    await service.prepare(machineData);
    await service.install({ ...server, data: machineData });
    return [...told, `Mailroom runs, and starts with the computer; its mail is in ${machineData}`];
  }

  async #fromBoot(leavesMail: boolean): Promise<readonly string[]> {
    const { service, machineData, ownData, owner, needAdministrator } = this.#parts;
    await needAdministrator();
    if (!leavesMail) needNotBoth(machineData, ownData); // before anything is changed
    // By the administration: on Windows the system itself knows to end a program by force only.
    if (await this.#parts.isInUse(machineData)) await this.#parts.endServer(machineData);
    await service.remove();
    if (leavesMail) return [`The mail stays in ${machineData}`];
    const told = await this.#move(machineData, ownData);
    await service.giveTo(ownData, owner ?? { uid: 0, gid: 0 });
    return told;
  }

  /** Nothing is moved where there is no mail. */
  async #move(from: string, to: string): Promise<readonly string[]> {
    if (!hasMail(from)) return [];
    needNotBoth(from, to);
    if (await this.#parts.isInUse(from)) {
      throw new UserError(
        `A server runs on ${from}: end it first, with "mailroom stop --data ${from}" or Quit in its menu`,
      );
    }
    const old = await moveFolder(from, to);
    const kept = old === undefined ? [] : [`The old folder is ${old} now; it can be removed when all is well`];
    return [`The mail of ${from} is in ${to} now`, ...kept];
  }

  #startsAtLogin(): Promise<boolean> {
    try {
      return this.#parts.loginItem().get();
    } catch {
      return Promise.resolve(false); // nothing here could start then
    }
  }
}

function hasMail(data: string): boolean {
  return existsSync(join(data, 'directory.json')) || existsSync(join(data, 'mail'));
}

function needNotBoth(from: string, to: string): void {
  if (hasMail(from) && hasMail(to)) {
    throw new UserError(
      `There is mail in ${from} and in ${to}, and one server has one folder: rename the one that is not wanted`,
    );
  }
}

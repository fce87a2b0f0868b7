import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../base/errors.ts';
import { Autostart, type AutostartParts, type AutostartWay } from './autostart.ts';

let folder: string;
let computer: Computer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailroom-autostart-'));
  computer = new Computer();
});
afterEach(() => rm(folder, { recursive: true }));

/** A computer with one person, whose system does what it is told, or fails at one step. */
class Computer {
  readonly own = join(folder, 'home', 'Mailroom');
  readonly machine = join(folder, 'machine', 'Mailroom');
  installed: string | undefined;
  atLogin = false;
  inUse: string | undefined;
  readonly ended: string[] = [];
  isAdministrator = true;
  fails: string | undefined;
  /** Who may use the data folder. */
  readonly owners = new Map<string, string>();

  get autostart(): Autostart {
    const step = (name: string) => {
      if (this.fails === name) throw new UserError(`${name} failed`);
    };
    const parts: AutostartParts = {
      ...{ ownData: this.own, machineData: this.machine, isBoot: () => this.installed !== undefined },
      service: {
        prepare: async (data) => {
          step('prepare');
          this.owners.set(data, 'service');
        },
        install: async ({ data }) => {
          step('install');
          this.installed = data;
        },
        remove: async () => {
          step('remove');
          this.installed = undefined;
        },
        giveTo: async (data, { uid }) => void this.owners.set(data, `person ${uid}`),
      },
      loginItem: () => ({
        get: async () => this.atLogin,
        set: async (starts) => {
          this.atLogin = starts;
        },
      }),
      server: { program: 'node', args: ['mailroom.mjs'] },
      owner: { uid: 1000, gid: 1000 },
      needAdministrator: async () => {
        if (!this.isAdministrator) throw new UserError('run it with sudo');
      },
      isInUse: async (data) => data === this.inUse,
      endServer: async (data) => {
        this.ended.push(data);
        this.inUse = undefined;
      },
      closeToOthers: async () => {},
    };
    return new Autostart(parts);
  }

  /** Where the mail is: at one place, or something is lost or doubled. */
  get mail(): string[] {
    return [this.own, this.machine].filter((data) => existsSync(join(data, 'mail', 'one.seg')));
  }
}

async function writeMail(data: string, text = 'a message'): Promise<void> {
  await mkdir(join(data, 'mail'), { recursive: true });
  await writeFile(join(data, 'mail', 'one.seg'), text);
  await writeFile(join(data, 'directory.json'), '{}');
}

describe('when the server starts by itself', () => {
  const ways: AutostartWay[] = ['login', 'boot', 'off'];
  it.each(ways.flatMap((from) => ways.map((to) => [from, to] as const)))(
    'goes from %s to %s with the mail, and back, and nothing else starts beside it',
    async (from, to) => {
      await writeMail(computer.own);
      for (const way of [from, to, from, to]) {
        await computer.autostart.set(way);
        const place = way === 'boot' ? computer.machine : computer.own;
        expect(await computer.autostart.show()).toEqual({ way, data: place });
        expect(computer.mail).toEqual([place]);
        expect([computer.installed, computer.atLogin]).toEqual([way === 'boot' ? place : undefined, way === 'login']);
        if (way === 'boot') expect(computer.owners.get(place)).toBe('service');
      }
      expect(await readFile(join(computer.mail[0]!, 'mail', 'one.seg'), 'utf8')).toBe('a message');
    },
  );

  it('gives the mail back to the person who had it', async () => {
    await writeMail(computer.own);
    await computer.autostart.set('boot');
    computer.inUse = computer.machine;
    await computer.autostart.set('off');
    expect(computer.ended).toEqual([computer.machine]); // in order, before its files are moved
    expect(computer.owners.get(computer.own)).toBe('person 1000');
  });

  it('leaves the mail where it is when the program is about to be removed', async () => {
    await writeMail(computer.own);
    await computer.autostart.set('boot');
    await computer.autostart.set('off', true);
    expect([computer.installed, computer.mail]).toEqual([undefined, [computer.machine]]);
  });

  it('begins with an empty folder of the computer’s where there was no mail', async () => {
    await computer.autostart.set('boot');
    expect(computer.installed).toBe(computer.machine);
  });

  it('moves nothing from under a server that runs, and names what ends it', async () => {
    await writeMail(computer.own);
    computer.inUse = computer.own;
    await expect(computer.autostart.set('boot')).rejects.toThrow(/mailroom stop --data/);
    expect(computer.mail).toEqual([computer.own]);
    expect(computer.installed).toBeUndefined();
  });

  it('chooses between two folders with mail never: both are named, and stay', async () => {
    await writeMail(computer.own);
    await writeMail(computer.machine, 'another');
    await expect(computer.autostart.set('boot')).rejects.toThrow(/There is mail in .* and in .*rename/);
    computer.installed = computer.machine;
    await expect(computer.autostart.set('off')).rejects.toThrow(/rename/);
    expect(computer.installed).toBe(computer.machine); // and it goes on serving
    expect(computer.mail).toHaveLength(2);
  });

  it('is the administrator’s to change where it is the whole computer’s', async () => {
    await writeMail(computer.own);
    computer.isAdministrator = false;
    await expect(computer.autostart.set('boot')).rejects.toThrow(/sudo/);
    expect(computer.mail).toEqual([computer.own]);
    await computer.autostart.set('login'); // a person's own choice
    computer.installed = computer.machine;
    await expect(computer.autostart.set('off')).rejects.toThrow(/sudo/);
  });

  it.each(['prepare', 'install'])('ends well at the second try when the system fails at %s', async (step) => {
    await writeMail(computer.own);
    computer.fails = step;
    await expect(computer.autostart.set('boot')).rejects.toThrow(step);
    computer.fails = undefined;
    await computer.autostart.set('boot');
    expect([computer.installed, computer.mail]).toEqual([computer.machine, [computer.machine]]);
  });
});

import { join } from 'node:path';
import { z } from 'zod';
import { removeFile, writeFileDurably } from '../../base/durable-file.ts';
import { adminLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import { patienceAtStart } from '../../base/patiently.ts';
import { cannotWrite } from '../../base/system-refusal.ts';
import { readText } from '../../base/text-file.ts';

const schema = z.looseObject({
  contractVersion: z.int(),
  address: z.ipv4(),
  port: z.int().min(1).max(65_535),
  token: z.string().min(1),
  /** Never sent; what the server proves itself with. */
  key: z.string().min(1),
});

/** How this machine's programs reach the server that has a data folder. */
export type Access = z.infer<typeof schema>;

/** `<data>/run/admin.json`: whoever may read it may do everything. */
export function accessFile(dataFolder: string): string {
  return join(dataFolder, 'run', 'admin.json');
}

/** Nobody but the owner can read the file. @throws FileHeld, and what the disk answers */
export function writeAccess(dataFolder: string, access: Access): Promise<void> {
  return writeFileDurably(accessFile(dataFolder), `${JSON.stringify(access)}\n`, { patience: patienceAtStart });
}

/**
 * The file of a server that runs. Neither a full disk nor another program that has the
 * file may keep people from their mail, so nothing here rejects: what cannot be written is tried again.
 */
export class AccessFile {
  readonly #dataFolder: string;
  readonly #logger: Logger;
  #again: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(dataFolder: string, logger: Logger) {
    this.#dataFolder = dataFolder;
    this.#logger = logger;
  }

  /** Resolves when it is written, or will be tried again. */
  write(access: Access): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await writeAccess(this.#dataFolder, access);
      } catch (error) {
        const reason = cannotWrite(accessFile(this.#dataFolder), error).message;
        this.#logger.error({}, `The commands and the window cannot find this server. ${reason}`);
        this.#again = setTimeout(() => void this.write(access), adminLimits.accessAgain).unref();
      }
    });
  }

  /** What stays leads to a port where nobody listens, and the next server replaces it. */
  remove(): Promise<void> {
    return this.#inTurn(() =>
      removeFile(accessFile(this.#dataFolder), { patience: patienceAtStart }).catch((err: unknown) =>
        this.#logger.warn({ err }, 'The file that commands find the server by cannot be removed'),
      ),
    );
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(() => {
      clearTimeout(this.#again);
      return work();
    });
    return this.#turn;
  }
}

/**
 * Undefined: no server runs, or one that is starting or ending. The file of one that was killed stays until the next.
 * @throws UserError when the file is there and cannot be read: then nobody knows whether a server runs.
 */
export async function readAccess(dataFolder: string): Promise<Access | undefined> {
  const text = await readText(accessFile(dataFolder));
  try {
    return text === undefined ? undefined : schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

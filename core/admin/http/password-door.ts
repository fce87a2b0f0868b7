import { z } from 'zod';
import { FairQueue } from '../../accounts/fair-queue.ts';
import type { Uptime } from '../../base/clock.ts';
import { Refused } from '../../base/errors.ts';
import { adminLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import { networkOf } from '../../base/network.ts';
import type { Administrator } from '../administrator.ts';
import type { AdminResult } from '../contract.ts';
import { adminError } from '../failure.ts';
import { PasswordPauses, pauseText } from '../password-pauses.ts';
import type { Logins } from './tokens.ts';

export interface PasswordDoorOptions {
  readonly administrator: Administrator;
  readonly logins: Logins;
  readonly uptime: Uptime;
  readonly logger: Logger;
}

const request = z.strictObject({ password: z.string().max(512) });

/** Lets the administrator in from other computers: a password for a token, and longer and longer pauses for guessing. */
export class PasswordDoor {
  readonly #options: PasswordDoorOptions;
  readonly #pauses: PasswordPauses;
  readonly #queue = new FairQueue({
    running: 1,
    waitingPerLane: adminLimits.passwordChecks / 2,
    waiting: adminLimits.passwordChecks,
  });

  constructor(options: PasswordDoorOptions) {
    this.#options = options;
    this.#pauses = new PasswordPauses(options.uptime);
  }

  async logIn(args: unknown, address: string): Promise<AdminResult<{ readonly token: string }>> {
    const checked = request.safeParse(args);
    if (!checked.success) return failed('invalid', 'Send a password', 'password');
    const from = networkOf(address);
    const pause = this.#pauses.begin(from);
    if (pause > 0) return failed('refused', pauseText(pause));
    return this.#check(checked.data.password, address, from);
  }

  logOut(token: string): void {
    this.#options.logins.end(token);
  }

  async #check(password: string, address: string, from: string): Promise<AdminResult<{ readonly token: string }>> {
    const { administrator, logins, logger } = this.#options;
    try {
      const isRight = await this.#queue.run(from, '', () => administrator.verify(password));
      if (!isRight) {
        logger.warn({ address }, 'a wrong administrator password was tried');
        return failed('refused', 'This is not the administrator password', 'password');
      }
    } catch (failure) {
      if (failure instanceof Refused) return failed('refused', failure.message);
      throw failure;
    }
    this.#pauses.succeeded(from);
    logger.info({ address }, 'the administrator logged in from another computer');
    return { ok: true, value: { token: logins.add() } };
  }
}

function failed(code: 'invalid' | 'refused', message: string, field?: string): AdminResult<never> {
  return { ok: false, error: adminError(code, message, field) };
}

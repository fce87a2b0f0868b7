import type { Uptime } from '../../base/clock.ts';
import { adminLimits } from '../../base/limits.ts';
import { contractVersion } from '../contract.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { AdminFailure, blaming } from '../failure.ts';
import type { HandlersOf } from '../handlers.ts';
import type { Jobs } from '../jobs.ts';
import { PasswordPauses, pauseText } from '../password-pauses.ts';

type Dependencies = Pick<AdminDependencies, 'server' | 'end' | 'sessions' | 'administrator' | 'logger' | 'uptime'>;

export function serverCalls(
  { server, end, sessions, administrator, logger, uptime }: Dependencies,
  jobs: Pick<Jobs, 'list'>,
): HandlersOf<'server' | 'admin'> {
  const oldPasswords = new OldPasswords(administrator, uptime);
  return {
    'server.info': () => ({ contractVersion, ...server, administratorPassword: administrator.isSet }),
    'server.stop': (_args, from) => {
      if (from === 'elsewhere') {
        throw new AdminFailure('refused', 'The server can be ended on the computer that it runs on only');
      }
      logger.info({}, 'the administration was asked to end the server');
      setTimeout(end, adminLimits.endDelay); // whoever asked gets the answer first
      const running = jobs.list().filter(({ state }) => state === 'running');
      return { pid: process.pid, sessions: sessions.list().length, jobs: running.length };
    },
    'admin.setPassword': async ({ password, oldPassword }, from) => {
      if (from === 'elsewhere') await oldPasswords.need(oldPassword);
      await blaming('password', () => administrator.set(password));
      logger.info({}, 'the administrator password was changed');
    },
  };
}

/** Asks for the administrator password before it is changed. Who has a token only must not guess it here. */
class OldPasswords {
  readonly #administrator: AdminDependencies['administrator'];
  readonly #pauses: PasswordPauses;

  constructor(administrator: AdminDependencies['administrator'], uptime: Uptime) {
    this.#administrator = administrator;
    this.#pauses = new PasswordPauses(uptime);
  }

  /** @throws AdminFailure unless it is right. */
  async need(password: string | undefined): Promise<void> {
    if (password === undefined) throw wrong('Type the present administrator password, too');
    const pause = this.#pauses.begin('all');
    if (pause > 0) throw wrong(pauseText(pause));
    if (!(await this.#administrator.verify(password))) throw wrong('This is not the present administrator password');
    this.#pauses.succeeded('all');
  }
}

function wrong(message: string): AdminFailure {
  return new AdminFailure('refused', message, 'oldPassword');
}

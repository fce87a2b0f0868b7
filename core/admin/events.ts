import { adminLimits, jobLimits } from '../base/limits.ts';
import type { SettingKey } from '../settings/schema.ts';
import type { AdminEvent, LogLine } from './contract.ts';
import type { AdminDependencies } from './dependencies.ts';
import type { Jobs } from './jobs.ts';
import { Throttle } from './throttle.ts';

type Listener = (event: AdminEvent) => void;

/** All that happens, from wherever it comes, for whoever shows it. */
export class AdminEvents {
  readonly #listeners = new Set<Listener>();
  readonly #stops: (() => void)[];
  readonly #sessions = new Throttle(adminLimits.sessionEvents, () => this.#emit({ event: 'sessions.changed' }));
  readonly #jobs = new Throttle(jobLimits.events, () => this.#emit({ event: 'jobs.changed' }));
  /** Settings that have changed and are about to be told, all together. */
  #keys: SettingKey[] = [];
  /** Log lines told in this second. */
  #lines = { second: 0, told: 0 };

  constructor(dependencies: AdminDependencies, jobs: Pick<Jobs, 'onChange'>) {
    const others = sources(dependencies, {
      emit: (event) => this.#emit(event),
      setting: (key) => this.#setting(key),
      sessions: () => this.#sessions.trigger(),
      line: (line) => this.#line(line),
    });
    this.#stops = [...others, jobs.onChange(() => this.#jobs.trigger())];
  }

  /** Returns how to stop listening. */
  onEvent(listener: Listener): () => void {
    // An entry of its own, so that a listener given twice is two.
    const entry: Listener = (event) => listener(event);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#sessions.close();
    this.#jobs.close();
    this.#listeners.clear();
  }

  #setting(key: SettingKey): void {
    if (this.#keys.push(key) > 1) return;
    queueMicrotask(() => {
      const keys = this.#keys;
      this.#keys = [];
      this.#emit({ event: 'settings.changed', keys });
    });
  }

  #line(line: LogLine): void {
    const second = Math.floor(line.at / 1000);
    if (second !== this.#lines.second) this.#lines = { second, told: 0 };
    if (this.#lines.told++ < adminLimits.logEvents) this.#emit({ event: 'log.line', line });
  }

  #emit(event: AdminEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch {
        // Whatever happened has happened: a window that cannot be told must not undo it. Logging would be an event again.
      }
    }
  }
}

interface Sinks {
  emit(event: AdminEvent): void;
  setting(key: SettingKey): void;
  sessions(): void;
  line(line: LogLine): void;
}

/** Listens everywhere; returns how to stop each. */
function sources(from: AdminDependencies, { emit, setting, sessions, line }: Sinks): (() => void)[] {
  return [
    from.settings.onChange(setting),
    from.directory.onChange(() => emit({ event: 'users.changed' })),
    from.directory.onGroupChange(() => emit({ event: 'groups.changed' })),
    from.shares.onChange(() => emit({ event: 'shares.changed' })),
    ...from.services.map((service) => service.onChange(() => emit({ event: 'services.changed' }))),
    from.sessions.onChange(sessions),
    from.lockOuts.onChange(() => emit({ event: 'lockouts.changed' })),
    from.certificate.onChange(() => emit({ event: 'certificate.changed' })),
    from.refusals.onRefusal((refusal) => emit({ event: 'refusal', refusal })),
    from.log.onLine(line),
    from.mail.onQuotaWarning((accountId, percent) => {
      const user = from.directory.userById(accountId);
      if (user !== undefined) emit({ event: 'quota.warning', user: user.name, percent });
    }),
  ];
}

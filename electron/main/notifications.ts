import type { AdminApi, LockOut } from '../../core/admin/contract.ts';
import type { Clock } from '../../core/base/clock.ts';
import type { Supervisor } from '../engine/supervisor.ts';
import type { Timers } from '../engine/timers.ts';
import { noticeLimits } from '../limits.ts';
import { noticeText } from '../text.ts';
import { type Notice, Notices } from './notices.ts';

export interface NotificationDependencies {
  readonly supervisor: Supervisor;
  readonly timers: Timers;
  readonly clock: Clock;
  /** Octets free where the mail is. */
  readonly freeSpace: () => Promise<number>;
  readonly show: (notice: Notice) => void;
}

/** Looks at what a person should know of, when something has changed and now and then. Returns how to stop. */
export function watchForProblems(dependencies: NotificationDependencies): () => void {
  const { supervisor, timers } = dependencies;
  const notices = new Notices(dependencies.show);
  const lockOuts = new LockOutNotices(dependencies);
  const disk = () => lookAtDisk(dependencies, notices);
  const certificate = () => lookAtCertificate(supervisor, notices);
  const look = () => void Promise.all([disk(), certificate(), lookAtServices(supervisor, notices), lockOuts.look()]);
  let cancel = () => {};
  const again = () => {
    look();
    cancel = timers.after(noticeLimits.lookEvery, again);
  };
  const stops = [
    supervisor.onState(({ name, reason }) => {
      // While it is started anew nothing is over yet; a crash that is mended in a second is no news.
      if (name === 'problem') notices.report('engine', noticeText.engine, reason);
      else if (name === 'running') notices.report('engine', '', undefined);
      if (name === 'running') look();
    }),
    supervisor.onEvent((told) => {
      if (told.event === 'services.changed') void lookAtServices(supervisor, notices);
      else if (told.event === 'certificate.changed') void certificate();
      else if (told.event === 'lockouts.changed') void lockOuts.look();
      else if (told.event === 'quota.warning') tellOfQuota(told.user, told.percent, notices);
    }),
    () => cancel(),
  ];
  cancel = timers.after(noticeLimits.lookEvery, again);
  return () => {
    for (const stop of stops) stop();
  };
}

/** A port that is taken, above all. */
async function lookAtServices(admin: AdminApi, notices: Notices): Promise<void> {
  const services = await admin.call('services.list', {});
  if (!services.ok) return;
  for (const { id, name, state, problem, listeners } of services.value) {
    // In between it is neither well nor not: what was told before stays told.
    if (state === 'starting' || state === 'stopping') continue;
    const text = problem ?? listeners.find((listener) => listener.problem !== undefined)?.problem;
    notices.report(id, noticeText.service(name), text);
  }
}

async function lookAtCertificate(admin: AdminApi, notices: Notices): Promise<void> {
  const certificate = await admin.call('certificate.get', {});
  if (!certificate.ok) return;
  const { warning, fingerprint } = certificate.value;
  const problem = `certificate ${fingerprint}`;
  // The words count the days; a certificate is told of once.
  if (warning !== undefined && !notices.has(problem)) notices.report(problem, noticeText.certificate, warning);
}

/** Once each, however often mail comes and goes around the mark. */
function tellOfQuota(user: string, percent: number, notices: Notices): void {
  if (percent < noticeLimits.quotaPercent) return;
  const { title, body } = noticeText.quota;
  notices.report(`quota of ${user} ${percent}`, title(user), body(percent));
}

async function lookAtDisk({ freeSpace }: NotificationDependencies, notices: Notices): Promise<void> {
  // The folder may be on a disk that is not there at this moment; then the engine has more to say.
  const free = await freeSpace().catch(() => undefined);
  if (free === undefined) return;
  if (free >= noticeLimits.diskAmple) notices.report('disk', '', undefined);
  if (free >= noticeLimits.diskLow || notices.has('disk')) return;
  const { title, body } = noticeText.disk;
  notices.report('disk', title, body(Math.floor(free / 1024 ** 2)));
}

/** Tells of accounts that were locked, several together when they come together. */
class LockOutNotices {
  readonly #dependencies: NotificationDependencies;
  #told = new Set<string>();
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(dependencies: NotificationDependencies) {
    this.#dependencies = dependencies;
  }

  async look(): Promise<void> {
    const { supervisor, clock, show, timers } = this.#dependencies;
    const locked = await supervisor.call('lockouts.list', {});
    if (!locked.ok) return;
    const now = new Map(locked.value.map((lockOut) => [JSON.stringify([lockOut.user, lockOut.address]), lockOut]));
    // Who was let in again and is locked once more is news.
    this.#told = this.#told.intersection(now);
    const news = [...now].filter(([key]) => !this.#told.has(key));
    if (news.length === 0 || clock.now() < this.#notBefore) return;
    for (const [key] of news) this.#told.add(key);
    this.#notBefore = clock.now() + noticeLimits.lockOutPause;
    timers.after(noticeLimits.lockOutPause, () => void this.look());
    show(lockOutNotice(news.map(([, lockOut]) => lockOut)));
  }
}

function lockOutNotice([first, ...others]: LockOut[]): Notice {
  const { user, address, reason } = first!;
  const { title, body } = noticeText.lockOut;
  return { title, body: body(user, address, reason, others.length) };
}

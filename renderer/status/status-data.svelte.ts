import type { AdminApi, AdminEvent } from '../../core/admin/contract.ts';
import { windowLimits } from '../limits.ts';
import { LiveCall } from './live-call.svelte.ts';
import { Now } from './now.svelte.ts';

/** What the Status page shows, kept up to date while it is open. */
export class StatusData {
  readonly now = new Now();
  readonly server: LiveCall<'server.info'>;
  readonly services: LiveCall<'services.list'>;
  readonly limits: LiveCall<'limits.status'>;
  readonly sessions: LiveCall<'sessions.list'>;
  readonly refusals: LiveCall<'limits.refusals'>;

  constructor(admin: AdminApi) {
    const args = () => ({});
    this.server = new LiveCall(admin, 'server.info', { args, asksAt: is('services.changed') });
    this.services = new LiveCall(admin, 'services.list', { args, asksAt: is('services.changed') });
    this.limits = new LiveCall(admin, 'limits.status', {
      args,
      asksAt: is('sessions.changed', 'settings.changed', 'users.changed'),
    });
    this.sessions = new LiveCall(admin, 'sessions.list', {
      args,
      asksAt: is('sessions.changed'),
      every: windowLimits.sessionPoll,
    });
    this.refusals = new LiveCall(admin, 'limits.refusals', { args, asksAt: is('refusal') });
  }

  /** What went wrong, each text once: a server that has ended fails all questions alike. */
  get errors(): readonly string[] {
    const all = [this.server, this.services, this.limits, this.sessions, this.refusals].map(({ error }) => error);
    return [...new Set(all.filter((error) => error !== undefined))];
  }

  /** Returns how to stop asking and listening. */
  open(): () => void {
    const stops = [this.now, this.server, this.services, this.limits, this.sessions, this.refusals].map((part) =>
      part.open(),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }
}

function is(...names: AdminEvent['event'][]): (event: AdminEvent) => boolean {
  return ({ event }) => names.includes(event);
}

import type { AdminApi } from '../../core/admin/contract.ts';
import { LiveCall } from '../status/live-call.svelte.ts';

/** What mail programs are to be told and whether they will trust the server, kept up to date. */
export class ClientData {
  readonly info: LiveCall<'clients.info'>;
  readonly certificate: LiveCall<'certificate.get'>;

  /** @param user whose values; read at every question */
  constructor(admin: AdminApi, user: () => string | undefined) {
    const args = () => {
      const name = user();
      return name === undefined ? {} : { user: name };
    };
    this.info = new LiveCall(admin, 'clients.info', {
      args,
      asksAt: ({ event }) => ['services.changed', 'settings.changed', 'certificate.changed'].includes(event),
    });
    this.certificate = new LiveCall(admin, 'certificate.get', {
      args: () => ({}),
      asksAt: ({ event }) => event === 'certificate.changed',
    });
  }

  /** Why what is shown may be old. */
  get problem(): string | undefined {
    return this.info.error ?? this.certificate.error;
  }

  /** Returns how to stop asking. */
  open(): () => void {
    const stops = [this.info.open(), this.certificate.open()];
    return () => {
      for (const stop of stops) stop();
    };
  }
}

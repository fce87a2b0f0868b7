import type { Supervisor } from '../engine/supervisor.ts';
import type { ServerStatusWatch } from './server-status.ts';

/** What a person does to the server from the tray. */
export interface ServerControl {
  start(): Promise<void>;
  stop(): Promise<void>;
  restart(): Promise<void>;
}

/**
 * Stop ends the services and all sessions but leaves the engine: the window must still be able to change what it was
 * stopped for. Restart is a new engine, with its services.
 */
export function serverControl(supervisor: Supervisor, watch: ServerStatusWatch): ServerControl {
  const services = async (call: 'services.start' | 'services.stop') => {
    await supervisor.call(call, { id: 'imap4' });
  };
  return {
    async start() {
      if (supervisor.state.name === 'running') return services('services.start');
      watch.forgetServices();
      supervisor.start();
    },
    stop: () => services('services.stop'),
    async restart() {
      watch.forgetServices();
      await supervisor.restart();
    },
  };
}

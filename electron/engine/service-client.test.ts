import { describe, expect, it } from 'vitest';
import type { AdminEvent, AdminResult } from '../../core/admin/contract.ts';
import { type Connect, serviceClient } from './service-client.ts';
import { Supervisor } from './supervisor.ts';
import { HandTurnedTimers } from './testing.ts';

const options = () => ({ data: '/mail', startServices: true });
const aMoment = () => new Promise((resolve) => setImmediate(resolve));

/** A server in another process, which can go away. */
class Service {
  runs = true;
  closed = 0;
  readonly asked: string[] = [];
  tell: (event: AdminEvent) => void = () => {};
  readonly connect: Connect = async () => {
    if (!this.runs) return undefined;
    return {
      call: async (name: string) => {
        this.asked.push(name);
        const refusal = { code: 'refused', message: 'gone' };
        return (this.runs ? { ok: true, value: name } : { ok: false, error: refusal }) as AdminResult<never>;
      },
      onEvent: (listener) => {
        this.tell = listener;
        return () => {};
      },
      close: () => {
        this.closed += 1;
      },
    };
  };
}

function start(service: Service) {
  const timers = new HandTurnedTimers();
  const start = serviceClient(service.connect, timers);
  const supervisor = new Supervisor({ start, options, timers, uptime: () => timers.now });
  supervisor.start();
  return { timers, supervisor };
}

describe('the app as a client of a server that the system has started', () => {
  it('asks it and hears it like an engine of its own, and leaves it running when it ends', async () => {
    const service = new Service();
    const { supervisor } = start(service);
    expect(await supervisor.call('services.list', {})).toEqual({ ok: true, value: 'services.list' });
    expect(supervisor.state.name).toBe('running');
    const events: AdminEvent[] = [];
    supervisor.onEvent((event) => events.push(event));
    service.tell({ event: 'services.changed' } as never);
    expect(events).toHaveLength(1);
    await supervisor.stop();
    expect(supervisor.state.name).toBe('stopped');
    expect(service.closed).toBe(1);
    expect(service.asked).toEqual(['services.list']);
  });

  it('says that it does not run, tries again, and is there when it does: nobody has to start the app anew', async () => {
    const service = new Service();
    service.runs = false;
    const { supervisor, timers } = start(service);
    await aMoment();
    expect(supervisor.state).toMatchObject({ name: 'waiting', reason: expect.stringMatching(/does not run/) });
    service.runs = true;
    timers.turn(60_000);
    await aMoment();
    expect(supervisor.state.name).toBe('running');
    service.runs = false; // stopped by somebody else
    timers.turn(60_000);
    await aMoment();
    expect(supervisor.state).toMatchObject({ name: 'waiting', reason: expect.stringMatching(/does not answer/) });
    await supervisor.stop();
  });

  it('says why it cannot be asked, such as whose it is', async () => {
    const timers = new HandTurnedTimers();
    const refused: Connect = () => Promise.reject(new Error('run/admin.json may not be read'));
    const supervisor = new Supervisor({ start: serviceClient(refused, timers), options, timers, uptime: () => 0 });
    supervisor.start();
    await aMoment();
    expect(supervisor.state.reason).toMatch(/may not be read/);
    expect(await supervisor.call('services.list', {})).toMatchObject({ ok: false });
  });
});

import type { Service, ServiceId } from '../../services/service.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { AdminFailure } from '../failure.ts';
import type { HandlersOf } from '../handlers.ts';

export function serviceCalls({ services }: Pick<AdminDependencies, 'services'>): HandlersOf<'services'> {
  return {
    'services.list': () => services.map((service) => service.info()),
    'services.start': async ({ id }) => {
      const service = needService(services, id);
      await service.start();
      needRunning(service);
    },
    'services.stop': async ({ id }) => needService(services, id).stop(),
    'services.restart': async ({ id }) => {
      const service = needService(services, id);
      await service.restart();
      needRunning(service);
    },
  };
}

function needService(services: readonly Service[], id: ServiceId): Service {
  const service = services.find((one) => one.id === id);
  if (service === undefined) throw new AdminFailure('notFound', `There is no service ${id}`, 'id');
  return service;
}

/** Whoever starts a service wants to know that it does not run. */
function needRunning(service: Service): void {
  const { state, problem, name } = service.info();
  if (state === 'problem') throw new AdminFailure('refused', problem ?? `${name} does not run; the log says more`);
  // Nothing but its setting keeps a service that was just started from starting.
  if (state === 'stopped')
    throw new AdminFailure('refused', problem ?? `${name} is switched off: switch it on in its settings`);
}

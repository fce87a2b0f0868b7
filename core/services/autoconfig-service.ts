import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { TlsSource } from '../imap/ports.ts';
import type { Binding } from '../settings/binding.ts';
import { settingName } from '../settings/schema.ts';
import type { Settings } from '../settings/store.ts';
import { answerAutoconfig } from './autoconfig-answers.ts';
import { type AutoconfigListener, openAutoconfigListener } from './autoconfig-listener.ts';
import { type ClientFactsDependencies, clientFacts } from './client-settings.ts';
import { type Engine, ListeningService } from './listening-service.ts';
import type { WantedListener } from './wanted-listeners.ts';

export interface AutoconfigServiceDependencies extends ClientFactsDependencies {
  readonly settings: Pick<Settings, 'get' | 'onChange'>;
  readonly tls: TlsSource;
  readonly clock: Clock;
  readonly logger: Logger;
}

const PORT = 'clients.autoconfig.port';
const TLS_PORT = 'clients.autoconfig.tlsPort';
const ADDRESS = 'clients.autoconfig.address';

/** Ports below 1024 need rights on many systems. */
const insteadOf: ReadonlyMap<number, number> = new Map([
  [80, 8080],
  [443, 8443],
]);

/** Automatic settings for mail programs, as a service beside the mail service. */
export class AutoconfigService extends ListeningService<AutoconfigListener> {
  constructor(dependencies: AutoconfigServiceDependencies) {
    const { settings, clock, logger } = dependencies;
    super(
      {
        id: 'autoconfig',
        name: () => 'Automatic settings for mail programs',
        enabled: 'clients.autoconfig.enabled',
        isOptional: true,
        placeKeys: [PORT, TLS_PORT, ADDRESS],
        wanted: () => wantedPlaces(settings),
        placeNames: {
          port: `${settingName(PORT)} or ${settingName(TLS_PORT)}`,
          address: settingName(ADDRESS),
          whenMoved: 'Mail programs do not ask there: end the other program, or let it pass their requests on.',
        },
      },
      { engine: new AutoconfigEngine(dependencies), settings, clock, logger },
    );
  }
}

function wantedPlaces(settings: Pick<Settings, 'get'>): readonly WantedListener[] {
  const [address, port, tlsPort] = [settings.get(ADDRESS), settings.get(PORT), settings.get(TLS_PORT)];
  const plain = wanted({ address, port, encryption: 'starttls' });
  return tlsPort === 0 || tlsPort === port ? [plain] : [plain, wanted({ address, port: tlsPort, encryption: 'tls' })];
}

function wanted(place: Binding): WantedListener {
  return { ...place, insteadPort: insteadOf.get(place.port), chosenBy: { port: undefined, address: undefined } };
}

/** HTTP connections last for one question, so ending them is cutting them. */
class AutoconfigEngine implements Engine<AutoconfigListener> {
  readonly #dependencies: AutoconfigServiceDependencies;
  readonly #open = new Set<AutoconfigListener>();

  constructor(dependencies: AutoconfigServiceDependencies) {
    this.#dependencies = dependencies;
  }

  async listen({ address, port, encryption }: Binding): Promise<AutoconfigListener> {
    const { tls, clock, logger } = this.#dependencies;
    const options = { clock, facts: () => clientFacts(this.#dependencies) };
    const listener = await openAutoconfigListener({
      host: address === '*' ? undefined : address,
      port,
      tls: encryption === 'tls' ? tls : undefined,
      logger,
      answer: (request, response) => void answerAutoconfig(request, response, options),
    });
    this.#open.add(listener);
    return listener;
  }

  async closeListener(listener: AutoconfigListener): Promise<void> {
    this.#open.delete(listener);
    await listener.close();
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#open].map((listener) => this.closeListener(listener)));
  }
}

import type { Problems } from '../base/problems.ts';
import { settingName } from '../settings/schema.ts';
import { type Engine, ListeningService, type ListeningServiceDependencies } from './listening-service.ts';
import { type ListenOverrides, wantedListeners } from './wanted-listeners.ts';

export interface Imap4ServiceDependencies<Listener extends { readonly port: number }>
  extends ListeningServiceDependencies<Listener> {
  readonly engine: Engine<Listener>;
  readonly overrides: ListenOverrides;
  /** What else is wrong with the mail. */
  readonly problems: Problems;
}

const BINDINGS = 'imap4.general.bindings';

/** The IMAP4 service as a whole. */
export class Imap4Service<Listener extends { readonly port: number }> extends ListeningService<Listener> {
  constructor({ overrides, problems, ...dependencies }: Imap4ServiceDependencies<Listener>) {
    const { settings } = dependencies;
    super(
      {
        id: 'imap4',
        name: () => settings.get('imap4.general.serviceName'),
        enabled: 'imap4.general.enabled',
        isOptional: false,
        placeKeys: [BINDINGS],
        wanted: () => wantedListeners(settings.get(BINDINGS), overrides),
        placeNames: { port: settingName(BINDINGS), address: settingName(BINDINGS) },
        problems,
      },
      dependencies,
    );
  }
}

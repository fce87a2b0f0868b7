import type { Clock } from '../base/clock.ts';
import { serviceLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import type { Problems } from '../base/problems.ts';
import type { Binding } from '../settings/binding.ts';
import type { SettingKey, SettingValues } from '../settings/schema.ts';
import type { Settings } from '../settings/store.ts';
import { bind, type PlaceNames } from './bind.ts';
import type { ListenerInfo, Service, ServiceId, ServiceInfo } from './service.ts';
import { isSameListener, type WantedListener } from './wanted-listeners.ts';

/** The protocol's listeners and sessions, as the service handles them. */
export interface Engine<Listener extends { readonly port: number }> {
  /** Rejects with Node's own error when the place cannot be had. */
  listen(place: Binding): Promise<Listener>;
  /** Ends those who came in by it. */
  closeListener(listener: Listener, text: string): void;
  endAll(text: string): Promise<void>;
}

/** What one service differs in from another. Asked at every use. */
export interface ServiceKind {
  readonly id: ServiceId;
  readonly name: () => string;
  /** The setting that switches it on. */
  readonly enabled: KeyOf<boolean>;
  /** Few want it: that it is switched off is no problem to tell of. */
  readonly isOptional: boolean;
  /** The settings that say where it listens. */
  readonly placeKeys: readonly SettingKey[];
  readonly wanted: () => readonly WantedListener[];
  readonly placeNames: PlaceNames;
  /** What else is wrong while it runs: told with the service. */
  readonly problems?: Pick<Problems, 'texts' | 'onChange'>;
}

type KeyOf<Value> = { [Key in SettingKey]: SettingValues[Key] extends Value ? Key : never }[SettingKey];

export interface ListeningServiceDependencies<Listener extends { readonly port: number }> {
  readonly engine: Engine<Listener>;
  readonly settings: Pick<Settings, 'get' | 'onChange'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A listener that is wanted, and what became of it. */
interface Place<Listener> {
  readonly wanted: WantedListener;
  readonly listener: Listener | undefined;
  readonly problem: string | undefined;
}

/**
 * A service as a whole. Once it was started it follows the settings: switched off it stops, switched on it
 * starts, and of its listeners only those that changed are closed and opened.
 */
export class ListeningService<Listener extends { readonly port: number }> implements Service {
  readonly #kind: ServiceKind;
  readonly #dependencies: ListeningServiceDependencies<Listener>;
  readonly #listeners = new Set<() => void>();
  #places: readonly Place<Listener>[] = [];
  #wanted = false;
  #state: ServiceInfo['state'] = 'stopped';
  #since: number;
  /** What is under way: each step waits for the one before. */
  #last: Promise<void> = Promise.resolve();
  #unfollow: (() => void) | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(kind: ServiceKind, dependencies: ListeningServiceDependencies<Listener>) {
    this.#kind = kind;
    this.#dependencies = dependencies;
    this.#since = dependencies.clock.now();
    kind.problems?.onChange(() => this.#tell());
  }

  get id(): ServiceId {
    return this.#kind.id;
  }

  info(): ServiceInfo {
    return {
      id: this.id,
      name: this.#kind.name(),
      state: this.#state,
      problem: [this.#problem, ...(this.#kind.problems?.texts ?? [])].filter(Boolean).join('\n') || undefined,
      since: this.#since,
      listeners: this.#places.map(infoOf),
    };
  }

  start(): Promise<void> {
    this.#wanted = true;
    this.#unfollow ??= this.#dependencies.settings.onChange((key) => this.#follow(key));
    return this.#inTurn(() => this.#apply());
  }

  stop(): Promise<void> {
    this.#wanted = false;
    return this.#inTurn(() => this.#apply());
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Stops for good and follows the settings no more. */
  close(): Promise<void> {
    this.#unfollow?.();
    this.#wanted = false;
    return this.#inTurn(() => this.#stopAll('The server is shutting down'));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #follow(key: SettingKey): void {
    const { enabled, placeKeys } = this.#kind;
    // Who switches it on wants it to run, though somebody stopped it before.
    if (key === enabled) this.#wanted = true;
    if (key === enabled || placeKeys.includes(key)) void this.#inTurn(() => this.#apply());
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(step).catch((problem: unknown) => {
      this.#dependencies.logger.error({ err: problem, service: this.id }, 'a service could not be started or stopped');
      this.#enter('problem');
    });
    return this.#last;
  }

  /** Makes what is there what is wanted. */
  async #apply(): Promise<void> {
    if (!this.#wanted || !this.#isEnabled) return this.#stopAll('The service is stopped');
    clearTimeout(this.#retry);
    const wanted = this.#kind.wanted();
    const kept = this.#places.filter(
      ({ listener, wanted: old }) => listener !== undefined && wanted.some((place) => isSameListener(place, old)),
    );
    if (this.#state === 'stopped') this.#enter('starting');
    this.#closeAllBut(kept);
    const places: Place<Listener>[] = [];
    for (const place of wanted) {
      places.push(kept.find(({ wanted: old }) => isSameListener(place, old)) ?? (await this.#open(place)));
    }
    this.#places = places;
    this.#enter(this.#problem === undefined ? 'running' : 'problem');
    if (places.some(({ listener }) => listener === undefined)) this.#tryAgainLater();
  }

  /** The other program may end, and a laptop's network may come up, without anybody's thinking of the mail server. */
  #tryAgainLater(): void {
    this.#retry = setTimeout(() => void this.#inTurn(() => this.#apply()), serviceLimits.listenAgain);
    this.#retry.unref();
  }

  async #stopAll(text: string): Promise<void> {
    clearTimeout(this.#retry);
    if (this.#state === 'stopped') return;
    this.#enter('stopping');
    this.#places = [];
    await this.#dependencies.engine.endAll(text);
    this.#enter('stopped');
  }

  #closeAllBut(kept: readonly Place<Listener>[]): void {
    for (const place of this.#places) {
      if (place.listener === undefined || kept.includes(place)) continue;
      this.#dependencies.engine.closeListener(
        place.listener,
        'This way in was changed by the administrator; connect again',
      );
    }
  }

  async #open(wanted: WantedListener): Promise<Place<Listener>> {
    const { engine, logger } = this.#dependencies;
    const bound = await bind(wanted, (place) => engine.listen(place), this.#kind.placeNames);
    const { address, encryption } = wanted;
    const fields = { service: this.id, address, port: bound.listener?.port ?? wanted.port, encryption };
    const before = this.#places.find(({ wanted: old }) => isSameListener(wanted, old));
    if (bound.problem === undefined) logger.info(fields, 'listening');
    else if (bound.problem !== before?.problem) logger.warn(fields, bound.problem);
    return { wanted, ...bound };
  }

  get #isEnabled(): boolean {
    return this.#dependencies.settings.get(this.#kind.enabled);
  }

  /** Why it does not run, or not everywhere. */
  get #problem(): string | undefined {
    const { enabled, isOptional, placeNames } = this.#kind;
    if (this.#wanted && !this.#isEnabled) {
      if (isOptional) return undefined;
      return `The service is switched off: the setting ${enabled} switches it on.`;
    }
    if (!this.#wanted) return undefined;
    if (this.#places.length === 0) return `There is nowhere to listen: add a place to the setting ${placeNames.port}.`;
    const problems = this.#places.flatMap(({ listener, problem }) => (listener === undefined ? [problem] : []));
    return problems.length === 0 ? undefined : problems.join('\n');
  }

  #enter(state: ServiceInfo['state']): void {
    if (state !== this.#state) this.#since = this.#dependencies.clock.now();
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function infoOf<Listener extends { readonly port: number }>({
  wanted,
  listener,
  problem,
}: Place<Listener>): ListenerInfo {
  const { address, port, encryption } = wanted;
  return { address, port, encryption, boundPort: listener?.port, problem };
}

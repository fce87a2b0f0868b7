import type { UpdateState } from '../../core/admin/app-calls.ts';
import type { AdminEvent } from '../../core/admin/contract.ts';
import type { Clock } from '../../core/base/clock.ts';
import type { Supervisor } from '../engine/supervisor.ts';
import type { Timers } from '../engine/timers.ts';
import { updateLimits } from '../limits.ts';
import { noticeText, updateText } from '../text.ts';
import type { Notice } from './notices.ts';
import { updateFailure } from './update-failure.ts';

/** The members of electron-updater's autoUpdater that are used. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  logger: unknown;
  setFeedURL(feed: { provider: 'generic'; url: string }): void;
  /** Null: it cannot update what was installed in this way. */
  checkForUpdates(): Promise<{ isUpdateAvailable: boolean; updateInfo: { version: string } } | null>;
  /** Checks sum and signature too. */
  downloadUpdate(): Promise<unknown>;
  quitAndInstall(isSilent: boolean, isForceRunAfter: boolean): void;
  on(event: 'download-progress', listener: (progress: { percent: number }) => void): unknown;
  on(event: 'error', listener: (failure: Error) => void): unknown;
}

export interface UpdateDependencies {
  readonly server: Pick<Supervisor, 'call' | 'onEvent' | 'onState' | 'start' | 'stop'>;
  /** Undefined: the app was not installed. Asked for when there is a feed, and not before. */
  readonly loadUpdater: (() => Promise<Updater>) | undefined;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly show: (notice: Notice) => void;
}

const FEED = 'updates.feed';

/**
 * Looks for newer versions where the setting says, downloads them and tells once. Nothing is ever installed but on quitting,
 * or when a person says so: users at work must not lose their sessions because a version came out.
 */
export class Updates {
  readonly #dependencies: UpdateDependencies;
  #feed = '';
  #state: UpdateState = { name: 'off' };
  #updater: Updater | undefined;
  #cancelTimer: () => void = () => {};
  #told: string | undefined;

  constructor(dependencies: UpdateDependencies) {
    const { server } = dependencies;
    this.#dependencies = dependencies;
    server.onState(({ name }) => {
      if (name === 'running') void this.#readFeed();
    });
    server.onEvent((event) => {
      if (isAboutFeed(event)) void this.#readFeed();
    });
  }

  get state(): UpdateState {
    if (this.#feed === '' || this.#dependencies.loadUpdater !== undefined) return this.#state;
    return { name: 'unavailable', message: updateText.notInstalled };
  }

  /** Does nothing where it is under way or has found something. Never rejects: the state says how it went. */
  async look(): Promise<void> {
    const { loadUpdater } = this.#dependencies;
    if (loadUpdater === undefined || this.#feed === '' || isUnderWay(this.#state)) return;
    const feed = this.#feed;
    this.#state = { name: 'looking' };
    const found = await this.#lookAt(feed, loadUpdater).catch(
      (failure): UpdateState => ({ name: 'failed', message: updateFailure(failure) }),
    );
    // Asked to look elsewhere meanwhile: what was found here is nobody's wish any more.
    if (feed !== this.#feed) return this.#begin();
    this.#state = found;
    if (found.name === 'ready') this.#tell(found.version);
  }

  /** @throws Error when there is nothing to install. */
  async install(): Promise<void> {
    const { server } = this.#dependencies;
    if (this.#state.name !== 'ready') throw new Error(updateText.nothingToInstall);
    this.#state = { name: 'installing', version: this.#state.version };
    // The installer ends an app that does not go at once: its sessions must be over before.
    await server.stop();
    this.#updater?.quitAndInstall(true, true);
  }

  /**
   * The next quitting installs nothing: the computer shuts down, and an installer that asks for consent would hold it up;
   * or an installer or uninstaller is at work already.
   */
  installNothingOnQuit(): void {
    if (this.#updater !== undefined) this.#updater.autoInstallOnAppQuit = false;
  }

  async #lookAt(feed: string, load: () => Promise<Updater>): Promise<UpdateState> {
    this.#updater ??= this.#prepare(await load());
    const updater = this.#updater;
    updater.autoInstallOnAppQuit = true;
    updater.setFeedURL({ provider: 'generic', url: feed });
    const found = await updater.checkForUpdates();
    if (found === null) return { name: 'unavailable', message: updateText.notInstalled };
    if (!found.isUpdateAvailable) return { name: 'current', lookedAt: this.#dependencies.clock.now() };
    const { version } = found.updateInfo;
    this.#state = { name: 'downloading', version, percent: 0 };
    await updater.downloadUpdate();
    return { name: 'ready', version };
  }

  #prepare(updater: Updater): Updater {
    updater.autoDownload = false;
    updater.logger = null;
    updater.on('download-progress', ({ percent }) => {
      if (this.#state.name === 'downloading') this.#state = { ...this.#state, percent: Math.round(percent) };
    });
    // Without a listener every failure would end the app. Those of looking and downloading are told by their promises too.
    updater.on('error', (failure) => this.#failed(failure));
    return updater;
  }

  /** Only an installation that did not begin has no promise: the server must run again. */
  #failed(failure: Error): void {
    if (this.#state.name !== 'installing') return;
    this.#state = { name: 'failed', message: updateFailure(failure) };
    this.#dependencies.server.start();
  }

  async #readFeed(): Promise<void> {
    const settings = await this.#dependencies.server.call('settings.list', {});
    if (!settings.ok) return;
    const feed = settings.value.find(({ key }) => key === FEED)?.value ?? '';
    if (typeof feed !== 'string' || feed === this.#feed) return;
    this.#feed = feed;
    // What is under way sees the change at its end.
    if (!isBusy(this.#state)) this.#begin();
  }

  #begin(): void {
    this.#cancelTimer();
    this.#state = { name: 'off' };
    // What was downloaded from elsewhere must not be installed on quitting.
    this.installNothingOnQuit();
    if (this.#feed !== '') this.#lookAgainAndAgain();
  }

  #lookAgainAndAgain(): void {
    void this.look();
    this.#cancelTimer = this.#dependencies.timers.after(updateLimits.lookEvery, () => this.#lookAgainAndAgain());
  }

  #tell(version: string): void {
    if (this.#told === version) return;
    this.#told = version;
    this.#dependencies.show({
      title: noticeText.update.title(version),
      body: noticeText.update.body,
    });
  }
}

function isAboutFeed(event: AdminEvent): boolean {
  return event.event === 'settings.changed' && event.keys.includes(FEED);
}

function isBusy({ name }: UpdateState): boolean {
  return name === 'looking' || name === 'downloading' || name === 'installing';
}

function isUnderWay(state: UpdateState): boolean {
  return isBusy(state) || state.name === 'ready';
}

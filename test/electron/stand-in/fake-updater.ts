import { EventEmitter } from 'node:events';
import type { Updater } from '../../../electron/main/updates.ts';

/** Stands in for electron-updater: it finds what the test wants it to find. */
export class FakeUpdater extends EventEmitter implements Updater {
  autoDownload = true;
  autoInstallOnAppQuit = true;
  logger: unknown = console;
  readonly feeds: string[] = [];
  /** The newest version at the feed; undefined: none newer than the app. Null: this app cannot be updated. */
  newest: string | null | undefined;
  /** What looking or downloading fails with. */
  failure: Error | undefined;
  /** Settles the download that is under way. */
  download = Promise.withResolvers<void>();
  /** What the installer fails with. */
  installFailure: Error | undefined;
  installs = 0;
  readonly #quit: () => void;

  constructor(quit: () => void) {
    super();
    this.#quit = quit;
  }

  setFeedURL({ url }: { url: string }): void {
    this.feeds.push(url);
  }

  async checkForUpdates() {
    this.#failIfToldTo();
    const { newest } = this;
    return newest === null
      ? null
      : { isUpdateAvailable: newest !== undefined, updateInfo: { version: newest ?? '0.0.0' } };
  }

  async downloadUpdate() {
    await this.download.promise;
    this.#failIfToldTo();
  }

  /** As electron-updater does: a failure is an event, success quits the app. */
  quitAndInstall(): void {
    if (this.installFailure !== undefined) return void this.emit('error', this.installFailure);
    this.installs++;
    setImmediate(this.#quit);
  }

  #failIfToldTo(): void {
    if (this.failure === undefined) return;
    this.emit('error', this.failure);
    throw this.failure;
  }
}

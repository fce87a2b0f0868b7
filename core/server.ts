import { join } from 'node:path';
import { acceptAddresses } from './accounts/address-logins.ts';
import { createAuthenticator } from './accounts/authenticator.ts';
import { type Directory, type DirectoryChange, openDirectory } from './accounts/directory.ts';
import type { PasswordCost } from './accounts/verifier.ts';
import { Administrator } from './admin/administrator.ts';
import type { AdminApi } from './admin/contract.ts';
import { openTransferFiles, type TransferFiles } from './admin/files/transfer-files.ts';
import { type AdminServer, type AdminServerOptions, openAdminServer } from './admin/http/admin-server.ts';
import type { FileHandler } from './admin/http/requests.ts';
import { LogTail } from './admin/log-tail.ts';
import { QuotaWarnings } from './admin/quota-warnings.ts';
import { administrationOf } from './admin/running-server.ts';
import { createAdminService } from './admin/service.ts';
import { Activity } from './base/activity.ts';
import type { AuthenticatedUser } from './base/authentication.ts';
import { type Clock, systemUptime, type Uptime } from './base/clock.ts';
import { DamagedFiles } from './base/damaged-files.ts';
import { Refused } from './base/errors.ts';
import type { Logger } from './base/logger.ts';
import { openFileLimit } from './base/open-files.ts';
import { openToOthers } from './base/open-to-others.ts';
import { Problems } from './base/problems.ts';
import type { Random } from './base/random.ts';
import { type FirstUser, firstStart } from './first-start.ts';
import { FirstStartState } from './first-start-state.ts';
import { openCertificate, type TlsCertificate } from './imap/access/certificate.ts';
import { systemUnacknowledged } from './imap/access/unacknowledged.ts';
import { ImapService } from './imap/service.ts';
import { type LoginGuards, openLoginGuards } from './login-guards.ts';
import type { MailStore } from './mail/ports.ts';
import { quotaOf } from './quota-of.ts';
import { reachableNames } from './reachable-names.ts';
import { imapOptions, sharingOptions } from './server-options.ts';
import { AutoconfigService } from './services/autoconfig-service.ts';
import { clientNames } from './services/client-settings.ts';
import { imapEngine } from './services/imap-engine.ts';
import { Imap4Service } from './services/imap4-service.ts';
import type { Service } from './services/service.ts';
import type { ListenOverrides } from './services/wanted-listeners.ts';
import type { Binding } from './settings/binding.ts';
import { openSettings, type Settings } from './settings/store.ts';
import type { Shares } from './sharing/ports.ts';
import { openSharedMail } from './sharing/shared-mail.ts';
import { lockDataFolder } from './store/data-lock.ts';
import type { DiskFault } from './store/files/disk-errors.ts';
import type { FileLayer } from './store/files/file-layer.ts';
import { openMailStore } from './store/mail-store.ts';

/** The ports and the address are those of the settings unless they are given here. */
export interface MailServerConfig extends ListenOverrides {
  /** The data folder; made if it is missing. */
  readonly data: string;
  /** Passwords are taken without TLS from anywhere, whatever the settings say. For tests and trusted networks. */
  readonly allowPlaintext?: boolean;
}

export interface MailServerDependencies {
  readonly clock: Clock;
  /** What deadlines are measured with; the system's unless given. */
  readonly uptime?: Uptime;
  readonly random: Random;
  readonly logger: Logger;
  /** How dear passwords are to check and to guess; tests are cheaper. */
  readonly passwordCost?: PasswordCost;
  /** For tests that break the disk of the mail. */
  readonly mailFiles?: FileLayer;
  /** For tests that watch who waits for the server. */
  readonly activity?: Activity;
}

/** A mail server on its data folder. The folder is this server's alone until `stop` has resolved. */
export interface MailServer {
  readonly settings: Settings;
  readonly directory: Directory;
  readonly store: MailStore;
  /** Set when this start was the first on the data folder: to be shown once. */
  readonly firstUser: FirstUser | undefined;
  /** Stopped at first. */
  readonly imap4: Service;
  /** Automatic settings for mail programs. Stopped at first. */
  readonly autoconfig: Service;
  readonly certificate: TlsCertificate;
  /** Login limits, lock-outs, access rules, and whom they kept out. */
  readonly guards: LoginGuards;
  readonly shares: Shares;
  /** Everybody who is connected; ends whom the administrator wants to be gone. */
  readonly sessions: Pick<ImapService, 'sessions' | 'disconnect' | 'endSessionsOf' | 'onSessions'>;
  readonly admin: AdminApi;
  /**
   * Serves the administration over HTTP where the settings want it, until the server stops.
   * @param window serves the settings window
   */
  openAdministration(window?: FileHandler): Promise<AdminServer>;
  /**
   * Listens at one more place, whatever the settings say, until the service stops. Resolves with the port. Rejects with
   * Node's own error (EACCES, EADDRINUSE …) when the place cannot be bound.
   */
  listen(place: Binding): Promise<number>;
  /** Settles when the administration was asked to end the server: whoever made it then stops it and ends the process. */
  readonly askedToEnd: Promise<void>;
  /** Says BYE to every session, waits until all that was promised is on disk, and lets go of the data folder. */
  stop(): Promise<void>;
}

/**
 * Puts the server together; the only public entry to core. Nothing listens yet.
 * @throws UserError when the data folder is in use or cannot be read; the message names the remedy.
 */
export async function createMailServer(config: MailServerConfig, given: MailServerDependencies): Promise<MailServer> {
  const log = new LogTail(given.clock);
  const dependencies = { uptime: systemUptime, activity: new Activity(), ...given, logger: log.through(given.logger) };
  // Closed in the reverse order, at the end and when something cannot be opened.
  const opened = new AsyncDisposableStack();
  try {
    const base = await openBase(config.data, dependencies, opened);
    const mail = await openMail(config.data, base, dependencies, opened);
    const door = await openDoor(config, { ...base, ...mail }, dependencies, opened);
    const files = await openTransferFiles(join(config.data, 'transfer'), dependencies.random);
    opened.defer(() => files.close());
    const parts = { ...dependencies, ...base, ...mail, ...door, files, log, dataFolder: config.data };
    return { ...parts, ...openAdmin(parts, opened), stop: () => opened.disposeAsync() };
  } catch (problem) {
    await opened.disposeAsync().catch((second: unknown) => given.logger.error({ err: second }, 'a failed start'));
    throw problem;
  }
}

type Dependencies = MailServerDependencies & Required<Pick<MailServerDependencies, 'uptime' | 'activity'>>;

/** The data folder itself, with what everything else asks. */
async function openBase(folder: string, dependencies: Dependencies, opened: AsyncDisposableStack) {
  const { logger } = dependencies;
  opened.defer(() => logger.info({ data: folder }, 'stopped'));
  const lock = await lockDataFolder(folder);
  opened.defer(() => lock.release());
  const settings = await openSettings(join(folder, 'settings.json'), dependencies);
  opened.defer(() => settings.close());
  const directory = await openDirectory(join(folder, 'directory.json'), dependencies);
  const problems = new Problems();
  await tellOfOthers(folder, problems, logger);
  const damaged = new DamagedFiles({ ...dependencies, problems });
  const administrator = await openAdministrator(folder, damaged, dependencies);
  const firstStart = await FirstStartState.open(join(folder, 'first-start.json'), { ...dependencies, directory });
  opened.defer(() => firstStart.close());
  return { settings, directory, administrator, firstStart, problems, damaged };
}

function openAdministrator(
  folder: string,
  damaged: DamagedFiles,
  { random, passwordCost }: Dependencies,
): Promise<Administrator> {
  const cost = passwordCost && { cost: passwordCost.scrypt };
  return Administrator.open(join(folder, 'administrator.json'), random, { damaged, ...cost });
}

async function tellOfOthers(folder: string, problems: Problems, logger: Logger): Promise<void> {
  const text = await openToOthers(folder);
  if (text === undefined) return;
  logger.warn({ data: folder }, text);
  problems.report('data folder', text);
}

type Base = Awaited<ReturnType<typeof openBase>>;

/** Everybody's mail, as the store has it and as users see it. */
async function openMail(folder: string, base: Base, dependencies: Dependencies, opened: AsyncDisposableStack) {
  const { settings, directory, problems, damaged } = base;
  const limitsOf = quotaOf(settings, directory);
  const quotaWarnings = new QuotaWarnings();
  const store = await openMailStore({
    ...dependencies,
    onTrouble: (accountId, reason) =>
      problems.report(`mail of ${accountId}`, reason && diskTrouble(accountId, reason, directory)),
    onDisk: (fault) => problems.report('disk', fault && diskRefuses(fault, folder)),
    onVerified: (accountId, finding) =>
      problems.report(`index of ${accountId}`, finding && damagedIndex(accountId, finding, directory)),
    onDamaged: (accountId) =>
      problems.report(`messages of ${accountId}`, damagedMessages(mailOf(accountId, directory))),
    onRemovedMail: (accounts) =>
      problems.report('removed mail', accounts === 0 ? undefined : removedMail(accounts, folder)),
    ...(dependencies.mailFiles && { files: dependencies.mailFiles }),
    folder: join(folder, 'mail'),
    quotaOf: limitsOf,
    onQuotaLevel: quotaWarnings.tell,
  });
  opened.defer(() => store.close());
  const firstUser = await firstStart({ directory, store, ...dependencies });
  const first = firstUser && directory.find(firstUser.userName);
  if (first !== undefined) await base.firstStart.begin(first.accountId);
  const shared = await openSharedMail({
    ...dependencies,
    store,
    people: directory,
    options: sharingOptions(settings),
    file: join(folder, 'sharing.json'),
    damaged,
    quotaOf: limitsOf,
  });
  opened.defer(() => shared.close());
  opened.defer(store.onReopening((accountId, over) => shared.letGo(accountId, over)));
  return { store, shared, shares: shared.shares, firstUser, limitsOf, quotaWarnings };
}

type Mail = Awaited<ReturnType<typeof openMail>>;

/** The ways in: certificate, guards, the IMAP service. */
async function openDoor(
  config: MailServerConfig,
  { settings, directory, firstStart, shared, store, problems, damaged }: Base & Mail,
  dependencies: Dependencies,
  opened: AsyncDisposableStack,
) {
  const presentNames = () => reachableNames(settings);
  const certificate = await openCertificate(join(config.data, 'tls'), { ...dependencies, presentNames, damaged });
  opened.defer(() => certificate.close());
  const guards = await openLoginGuards(config.data, { settings, ...dependencies });
  opened.defer(() => guards.close());
  const certificateNames = () => certificate.info.names;
  const mailDomain = () => clientNames({ settings, certificateNames }).domain;
  const imap = new ImapService({
    ...dependencies,
    ...guards,
    authenticator: acceptAddresses(createAuthenticator({ directory, ...guards, ...dependencies }), {
      directory,
      mailDomain,
    }),
    openAccount(user) {
      needActive(user, directory);
      firstStart.loggedIn(user.accountId);
      return shared.accountOf(user);
    },
    options: imapOptions(settings, config.allowPlaintext ?? false),
    tls: certificate,
    openFiles: openFileLimit(),
    unacknowledged: systemUnacknowledged(),
  });
  opened.defer(() => imap.close());
  directory.onChange(({ kind, user }) => {
    const text = endings[kind];
    if (text !== undefined) imap.endSessionsOf(user.accountId, text);
  });
  opened.defer(
    store.onReopening((accountId) =>
      imap.endSessionsIn(accountId, 'The disk had failed and works again: connect again'),
    ),
  );
  const engine = imapEngine(imap);
  const imap4 = new Imap4Service({ engine, settings, overrides: config, problems, ...dependencies });
  opened.defer(() => imap4.close());
  const autoconfig = new AutoconfigService({ settings, imap4, tls: certificate, certificateNames, ...dependencies });
  opened.defer(() => autoconfig.close());
  const listen = async (place: Binding) => (await engine.listen(place)).port;
  return { certificate, guards, imap, sessions: imap, imap4, autoconfig, listen };
}

type Door = Awaited<ReturnType<typeof openDoor>>;

interface Parts extends Dependencies, Base, Mail, Door {
  readonly files: TransferFiles;
  readonly log: LogTail;
  readonly dataFolder: string;
}

function openAdmin(
  parts: Parts,
  opened: AsyncDisposableStack,
): Pick<MailServer, 'admin' | 'openAdministration' | 'askedToEnd'> {
  const { imap4, autoconfig, settings, certificate } = parts;
  const { promise: askedToEnd, resolve: end } = Promise.withResolvers<void>();
  const admin = createAdminService(administrationOf({ ...parts, end, services: [imap4, autoconfig] }));
  opened.defer(() => admin.close());
  return {
    admin,
    askedToEnd,
    async openAdministration(window) {
      const server = await openAdminServer({
        ...parts,
        ...adminPlace(settings),
        ...{ admin, window, tls: certificate },
        hostNames: () => certificate.info.names,
      });
      opened.defer(() => server.close());
      return server;
    },
  };
}

/** Where the settings want the administration. */
function adminPlace(settings: Settings): Pick<AdminServerOptions, 'place' | 'onPlaceChange'> {
  return {
    place: () => ({
      address: settings.get('admin.address'),
      port: settings.get('admin.port'),
      tls: settings.get('admin.tls'),
    }),
    onPlaceChange: (listener) => settings.onChange((key) => void (key.startsWith('admin.') && listener())),
  };
}

/**
 * A password may have been right before the administrator did something about the user: SCRAM takes as long as the
 * client likes. @throws Refused CONTACTADMIN
 */
function needActive({ accountId }: AuthenticatedUser, directory: Directory): void {
  if (directory.userById(accountId)?.disabled === false) return;
  throw new Refused('CONTACTADMIN', 'This account is disabled; ask your administrator');
}

/** Whose mail cannot be changed, for the administrator. */
function diskTrouble(accountId: string, reason: string, directory: Directory): string {
  return `The ${mailOf(accountId, directory)} cannot be changed: the disk failed to store it (${reason}). Make room on the disk or look whether it is broken; it is tried again every few minutes.`;
}

/** Why nobody's mail can be changed, for the administrator. */
function diskRefuses(fault: DiskFault, folder: string): string {
  const [what, remedy] = DISK_FAULTS[fault];
  return `The disk that holds ${folder} ${what}: mail can be read, and none can be stored or changed. ${remedy}; the server tries again every minute and goes on by itself.`;
}

/** What is the matter, and what to do. */
const DISK_FAULTS: Readonly<Record<DiskFault, readonly [string, string]>> = {
  full: ['is full', 'Make room on it'],
  readOnly: [
    'cannot be written to',
    'Look whether it was made read-only and whether Mailroom may write to that folder',
  ],
  failing: ['fails to store what is written', 'Look whether it is full or broken'],
};

/** Whose mail may be shown in part, for the administrator. */
function damagedIndex(accountId: string, finding: string, directory: Directory): string {
  return `The index of the ${mailOf(accountId, directory)} is damaged (${finding}): messages may be missing. Stop the server and run \`mailroom check --repair\`, which brings them back.`;
}

/** What the disk has changed and nobody gets, for the administrator. */
function damagedMessages(mail: string): string {
  return `A message in the ${mail} was changed by the disk and is not handed out. Look whether the disk is failing. \`mailroom check\`, while the server is stopped, names it; with --repair it can be read as it is.`;
}

function mailOf(accountId: string, directory: Directory): string {
  const user = directory.userById(accountId);
  return user === undefined ? 'mail of the public folders' : `mail of ${user.name}`;
}

/** Who was promised that mail is gone must be able to rely on it. */
function removedMail(accounts: number, folder: string): string {
  const whose = accounts === 1 ? 'a removed user' : `${accounts} removed users`;
  return `Mail of ${whose} is still on the disk: another program (antivirus, backup) has a file of it open. It is removed as soon as that is over; to have it gone sooner, close that program or exclude the folder ${folder} from it.`;
}

/** What the sessions of a user are told when they end because he was changed. */
const endings: Readonly<Partial<Record<DirectoryChange['kind'], string>>> = {
  disabled: 'This account has been disabled; ask your administrator',
  removed: 'This account has been removed',
};

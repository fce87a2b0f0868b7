import type { Directory } from '../accounts/directory.ts';
import type { LimitsStatus } from '../accounts/limits-status.ts';
import type { LockOut } from '../accounts/lock-out.ts';
import type { Clock, Uptime } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { RefusalLog } from '../base/refusal.ts';
import type { SetupState } from '../first-start-state.ts';
import type { AuthorityInfo, CertificateInfo } from '../imap/access/certificate-info.ts';
import type { SessionInfo } from '../imap/ports.ts';
import type { QuotaLimits, StoredAccount, Usage } from '../mail/ports.ts';
import type { ClientFacts } from '../services/client-settings.ts';
import type { Service } from '../services/service.ts';
import type { AccessRule, RuleVerdict } from '../settings/access-rule.ts';
import type { SettingKey } from '../settings/schema.ts';
import type { SettingEntry } from '../settings/store.ts';
import type { Shares } from '../sharing/ports.ts';
import type { TransferFiles } from './files/transfer-files.ts';
import type { LogTail } from './log-tail.ts';

/** What the administration needs of the server. core/server.ts fulfils it. Listeners return how to stop listening. */
export interface AdminDependencies {
  readonly server: ServerFacts;
  /** Asks whoever runs the server to end it. */
  readonly end: () => void;
  readonly administrator: AdminPassword;
  readonly settings: AdminSettings;
  readonly directory: AdminDirectory;
  readonly limits: () => LimitsStatus;
  readonly refusals: Pick<RefusalLog, 'recent' | 'onRefusal'>;
  readonly lockOuts: AdminLockOuts;
  readonly accessRules: AdminAccessRules;
  readonly services: readonly Service[];
  /** What mail programs may be told at this moment. */
  readonly clients: { facts(): ClientFacts; addresses(): readonly string[] };
  readonly setup: { state(): SetupState };
  readonly sessions: AdminSessions;
  readonly certificate: AdminCertificate;
  readonly shares: Shares;
  readonly mail: AdminMail;
  /** Undefined: nobody sends or fetches files, since no server runs. */
  readonly files: TransferFiles | undefined;
  readonly log: LogTail;
  /** The address of a server on the internet. @throws UserError when the name leads to none. */
  readonly publicAddress: (host: string) => Promise<string>;
  readonly clock: Clock;
  readonly uptime: Uptime;
  readonly random: Random;
  readonly logger: Logger;
}

export interface ServerFacts {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly dataFolder: string;
  readonly hostNames: readonly string[];
}

export interface AdminPassword {
  readonly isSet: boolean;
  /** False when there is none. */
  verify(password: string): Promise<boolean>;
  /** @throws UserError when it is too weak. */
  set(password: string): Promise<void>;
}

export interface AdminSettings {
  get(key: SettingKey): unknown;
  list(): readonly SettingEntry[];
  /** All or none; undefined is back to the default. @throws UserError */
  setAll(values: Readonly<Record<string, unknown>>): Promise<void>;
  /** Called for each key that has changed, when all that changed with it are in effect. */
  onChange(listener: (key: SettingKey) => void): () => void;
}

/** Users and groups. */
export type AdminDirectory = Omit<Directory, 'decoySecret' | 'groupsOf' | 'onPeople'>;

export interface AdminLockOuts {
  list(): readonly LockOut[];
  /** False: nothing was locked. */
  unlock(address: string, user: string | undefined): boolean;
  onChange(listener: () => void): () => void;
}

export interface AdminAccessRules {
  /** @param rules undefined: those that hold */
  test(address: string, user: string | undefined, rules: readonly AccessRule[] | undefined): RuleVerdict;
  lanDefault(): readonly AccessRule[];
  /** @throws UserError naming the line. */
  fromText(text: string): readonly AccessRule[];
}

export interface AdminSessions {
  list(): readonly SessionInfo[];
  /** Ends a session with BYE. False: there is none. */
  disconnect(id: number, text: string): boolean;
  /** Called often. */
  onChange(listener: () => void): () => void;
}

export interface AdminCertificate {
  readonly info: CertificateInfo;
  /** @throws UserError; the old one stays. */
  import(pair: { certificate: string; key: string; passphrase: string | undefined }): Promise<unknown>;
  renewSelfSigned(): Promise<unknown>;
  readonly authority: AuthorityInfo | undefined;
  issue(newRoot?: boolean): Promise<unknown>;
  onChange(listener: () => void): () => void;
}

export interface AdminMail {
  /** Opens an account. */
  account(accountId: string): Promise<StoredAccount>;
  /** Keeps an account open until the function returned is called. */
  hold(accountId: string): () => void;
  /** What an account holds; undefined when it cannot be read at this moment. Never rejects. */
  usage(accountId: string): Promise<Usage | undefined>;
  /** What an account may hold at this moment. */
  limitsOf(accountId: string): QuotaLimits;
  /** Removes all mail of an account for good. */
  deleteAccount(accountId: string): Promise<void>;
  /** An account has reached 80, 90 or 100 % of its quota. */
  onQuotaWarning(listener: (accountId: string, percent: number) => void): () => void;
}

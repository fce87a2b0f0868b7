import { z } from 'zod';
import type { LimitsStatus } from '../accounts/limits-status.ts';
import type { LockOut } from '../accounts/lock-out.ts';
import type { Refusal } from '../base/refusal.ts';
import type { ClientServer } from '../clients/servers.ts';
import type { ClientSetup } from '../clients/setup.ts';
import type { SetupState } from '../first-start-state.ts';
import type { AuthorityInfo, CertificateInfo } from '../imap/access/certificate-info.ts';
import type { SessionInfo } from '../imap/ports.ts';
import { type ServiceInfo, serviceIds } from '../services/service.ts';
import { type AccessRule, accessRulesSchema, type RuleVerdict } from '../settings/access-rule.ts';
import type { SettingKey } from '../settings/schema.ts';
import type { DataInfo } from './data-folder-info.ts';
import type {} from './elsewhere.ts'; // what `.meta` may say

export type { LimitsStatus, LimitUse, Peak, PeakHour } from '../accounts/limits-status.ts';
export type { LockOut } from '../accounts/lock-out.ts';
export type { Refusal, RefusalReason, SlotHolder } from '../base/refusal.ts';
export type { ClientServer } from '../clients/servers.ts';
export type { ClientKind, ClientSetup } from '../clients/setup.ts';
export type { SetupState } from '../first-start-state.ts';
export type { AuthorityInfo, CertificateInfo } from '../imap/access/certificate-info.ts';
export type { SessionInfo } from '../imap/ports.ts';
export type { ListenerInfo, ServiceId, ServiceInfo } from '../services/service.ts';
export type { AccessRule, RuleVerdict } from '../settings/access-rule.ts';
export type { DataInfo } from './data-folder-info.ts';

/**
 * Every call and event that the window, the browser and the command line may use. Arguments are checked with these
 * schemas on the serving side, whatever the way in. Times are milliseconds since the epoch, sizes octets.
 */

/** Goes up when a caller of the version before would be misunderstood. Both sides say theirs. */
export const contractVersion = 1;

export type AdminResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: AdminError };

export interface AdminError {
  readonly code: AdminErrorCode;
  /** For people; names the remedy. */
  readonly message: string;
  /** The argument that was wrong, such as `password` or a setting's key. */
  readonly field?: string;
}

/**
 * invalid: an argument is wrong · notFound: what it names is not there · conflict: somebody else changed it meanwhile, or
 * the name is taken · refused: it cannot be done now · internal: a bug of ours, with its reference in the log.
 */
export type AdminErrorCode = 'invalid' | 'notFound' | 'conflict' | 'refused' | 'internal';

export interface ServerInfo {
  readonly contractVersion: number;
  readonly version: string;
  readonly startedAt: number;
  readonly dataFolder: string;
  /** The host's names, as clients may be told them. */
  readonly hostNames: readonly string[];
  /** Whether there is a password for administering from other computers; without one nobody can. */
  readonly administratorPassword: boolean;
}

/** What the end of the server waits for. */
export interface StopInfo {
  /** The process that ends. */
  readonly pid: number;
  /** Connections that get their BYE. */
  readonly sessions: number;
  /** Imports and exports that end with whole messages. */
  readonly jobs: number;
}

export interface SettingInfo {
  readonly key: SettingKey;
  readonly label: string;
  readonly help: string;
  readonly range: string;
  readonly unit: string | undefined;
  readonly zero: string | undefined;
  readonly needsListenerRestart: boolean;
  readonly value: unknown;
  readonly default: unknown;
  readonly isDefault: boolean;
}

export interface UserSummary {
  readonly name: string;
  readonly accountId: string;
  readonly disabled: boolean;
  readonly createdAt: number;
  readonly groups: readonly string[];
  readonly quota: QuotaSummary;
  /** Logged-in sessions at this moment. */
  readonly sessions: number;
  /** Addresses from which he is locked out at this moment. */
  readonly lockedFrom: readonly string[];
}

export interface QuotaSummary {
  /** Undefined: the account cannot be read at this moment. */
  readonly octets: number | undefined;
  readonly messages: number | undefined;
  /** What holds for him; 0 = no limit. */
  readonly octetsLimit: number;
  readonly messagesLimit: number;
  /** The limits are his own and not the settings' defaults. */
  readonly own: boolean;
}

export interface GroupSummary {
  readonly name: string;
  readonly members: readonly string[];
}

/** Whose mailboxes: a user's, by name, or the public folders'. */
export type ShareOwner = { readonly kind: 'user'; readonly name: string } | { readonly kind: 'public' };

export interface SharedMailbox {
  readonly owner: ShareOwner;
  /** As the owner sees it, such as `INBOX` or `Projects/2026`; a public folder without its `#public/`. */
  readonly mailbox: string;
  readonly entries: readonly ShareEntry[];
}

export interface ShareEntry {
  /** A user's name, `$` and a group's name, or `anyone`; with `-` before it the rights are taken away. */
  readonly identifier: string;
  /** Letters of RFC 4314: `lrswipkxtea`. */
  readonly rights: string;
}

/** What people need to set up their mail programs. */
export interface ClientsInfo {
  /** The name to tell them; undefined: this computer has none that others know, until the setting gives one. */
  readonly host: string | undefined;
  /** The IPv4 addresses of this computer, for who cannot find it by name; none while it is in no network. */
  readonly addresses: readonly string[];
  /** What stands behind the @; undefined: neither the setting nor the host's name says. */
  readonly domain: string | undefined;
  /** What the user who was asked for logs in with. */
  readonly userName: string | undefined;
  /** Where the mail service can be reached, the best first; none while it does not run. */
  readonly servers: readonly ClientServer[];
  /** Where mail is handed in, as the settings have it. */
  readonly outgoing: ClientServer | undefined;
  /** What to type into each mail program. */
  readonly setups: readonly ClientSetup[];
  /** Lines for the domain's zone (RFC 6186); none while the host has no whole name. */
  readonly srvRecords: readonly string[];
  /** For a QR code, such as `imaps://karen@mail.example.org:993`. */
  readonly setupUrl: string | undefined;
}

export interface LogLine {
  readonly at: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type JobKind = 'import' | 'importFromServer' | 'export';

/** Long work that goes on by itself: mail that comes or goes. */
export interface Job {
  readonly id: number;
  readonly kind: JobKind;
  /** Whose mail. */
  readonly user: string;
  /** `cancelled` and `failed` leave what was done so far: whole messages. */
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  /** How far it is, on the scale of `total`: octets of a file, files, messages. */
  readonly done: number;
  /** Undefined: not known yet. */
  readonly total?: number;
  /** Of the messages below. */
  readonly octets: number;
  /** Messages that are where they should go. */
  readonly transferred: number;
  /** Messages that were there already. */
  readonly duplicates: number;
  /**
   * Messages left out, and 1 for each folder of which nobody knows how many are in it. Of a job that is done, this with
   * `transferred` and `duplicates` is all that was asked for.
   */
  readonly leftOut: number;
  /** Imported with CRLF where the file had LF. */
  readonly lineEndsChanged: number;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** What was left out and why, for people; the first thousand. `messages`: how many at once, if not 1. */
  readonly skipped: readonly { readonly what: string; readonly why: string; readonly messages?: number }[];
  /** Remarks on the whole, for people. */
  readonly notes: readonly string[];
  /** Why it failed; names the remedy. */
  readonly error?: string;
  /** An export without a path: what waits to be fetched, as one file (`jobs.download`). */
  readonly download?: { readonly name: string; readonly octets: number };
}

export interface DownloadLink {
  /** Such as `downloads/s3cr3t`. */
  readonly link: string;
}

/** A job that has begun. */
export interface Begun {
  readonly job: number;
}

interface Call<Args, Result> {
  readonly args: z.ZodType<Args>;
  /** Types only. */
  readonly result?: Result;
}

function call<Args, Result = void>(args: z.ZodType<Args>): Call<Args, Result> {
  return { args };
}

const nothing = z.strictObject({});
type Nothing = z.output<typeof nothing>;

/** Words and secrets: what is said about mail and people. Every text says what may come from elsewhere (`Elsewhere`). */
const data = { elsewhere: 'data' } as const;
const name = z.string().min(1).max(254).meta(data);
const password = z.string().max(512).meta(data);
const text = z.string().max(1_000).meta(data);
const address = z.string().max(100).meta(data);
const pem = z.string().max(200_000).meta(data);
const limit = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Undefined: the settings' defaults hold. */
const ownQuota = z.strictObject({ octets: limit, messages: limit }).optional();
const service = z.strictObject({ id: z.enum(serviceIds) });
const owner = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), name }),
  z.strictObject({ kind: z.literal('public') }),
]);
const mailbox = z.strictObject({ owner, mailbox: text.min(1) });
const settings = { elsewhere: 'settings' } as const;
const settingValues = z.record(z.string(), z.unknown());

/** Of the server's own disk. */
const path = z
  .string()
  .max(4_096)
  .regex(/^[^\0]+$/, 'no path is empty or has a NUL')
  .meta({ elsewhere: 'local', instead: 'from here send the files, or fetch them' });
const source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('path'), path }),
  z.strictObject({ kind: z.literal('paths'), paths: z.array(path).min(1).max(10_000) }),
  /** Files that were sent with `POST /api/v1/uploads` as one tar archive; gone when the job has ended. */
  z.strictObject({ kind: z.literal('upload'), id: text }),
]);
const mailImport = z.strictObject({ user: name, mailbox: text.min(1).optional(), source, skipDuplicates: z.boolean() });
const serverImport = z.strictObject({
  user: name,
  /** From elsewhere it must lead to the internet: the server's own network is not open to who has a password only. */
  host: z.string().trim().min(1).max(255).meta({ elsewhere: 'guarded' }),
  port: z.int().min(1).max(65_535),
  tls: z.enum(['tls', 'starttls', 'none']),
  userName: name,
  password,
  /** SHA-256 of the server's certificate, which is trusted for this import whoever issued it; colons may be missing. */
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{2}(:?[0-9a-f]{2}){31}$/i, '64 hexadecimal digits, with or without colons')
    .meta(data)
    .optional(),
  under: text.min(1).optional(),
});
const mailExport = z.strictObject({
  user: name,
  mailbox: text.min(1).optional(),
  format: z.enum(['mbox', 'maildir', 'eml']),
  path: path.optional(),
});
const job = z.strictObject({ id: z.int() });

/** The calls by name. */
export const calls = {
  'server.info': call<Nothing, ServerInfo>(nothing),
  /** Ends the whole server in order, and the app with it. Answered before it ends; on the computer that it runs on only. */
  'server.stop': call<Nothing, StopInfo>(nothing),
  /**
   * For administering from other computers. Those who are logged in with the old one are logged out. From elsewhere the
   * old one is asked for: a window that somebody left open must not be enough.
   */
  'admin.setPassword': call(z.strictObject({ password, oldPassword: password.optional() })),

  'setup.state': call<Nothing, SetupState>(nothing),
  /** Counted once a minute at most. */
  'data.info': call<Nothing, DataInfo>(nothing),
  /** With a user's name the values are his; whether there is such a user makes no difference. */
  'clients.info': call<{ user?: string | undefined }, ClientsInfo>(z.strictObject({ user: name.optional() })),

  'settings.list': call<Nothing, readonly SettingInfo[]>(nothing),
  /**
   * All of them or none. `expected`: what the caller believes they are; conflict when one is not.
   * The values are checked by the settings' own schema.
   */
  'settings.set': call(
    z.strictObject({
      values: settingValues.meta(settings),
      expected: settingValues.meta(data).optional(),
    }),
  ),
  'settings.reset': call(z.strictObject({ keys: z.array(z.string()).min(1).meta(settings) })),

  'users.list': call<Nothing, readonly UserSummary[]>(nothing),
  'users.add': call(z.strictObject({ name, password, quota: ownQuota })),
  'users.rename': call(z.strictObject({ name, newName: name })),
  'users.setPassword': call(z.strictObject({ name, password })),
  'users.disable': call(z.strictObject({ name })),
  'users.enable': call(z.strictObject({ name })),
  'users.setQuota': call(z.strictObject({ name, quota: ownQuota })),
  /** `keep`: his mail stays in its folder, out of everybody's sight; otherwise it is gone for good. */
  'users.remove': call(z.strictObject({ name, mail: z.enum(['keep', 'delete']) })),

  'groups.list': call<Nothing, readonly GroupSummary[]>(nothing),
  'groups.add': call(z.strictObject({ name, members: z.array(name).default([]) })),
  'groups.rename': call(z.strictObject({ name, newName: name })),
  'groups.setMembers': call(z.strictObject({ name, members: z.array(name) })),
  'groups.remove': call(z.strictObject({ name })),

  /** What is shared, and all public folders. */
  'shares.list': call<Nothing, readonly SharedMailbox[]>(nothing),
  /** All mailboxes of an owner, shared or not. */
  'shares.mailboxes': call<{ owner: z.output<typeof owner> }, readonly string[]>(z.strictObject({ owner })),
  /**
   * Replaces what an identifier has; empty rights take it off the list. Those who see the mailbox from now on are subscribed to
   * it, once, unless `subscribe` is false: most mail programs show only mailboxes that are.
   */
  'shares.set': call(
    mailbox.extend({ identifier: name, rights: z.string().max(20).meta(data), subscribe: z.boolean().optional() }),
  ),
  /** The rights that a user has there in the end, all entries and groups taken together. */
  'shares.effective': call<z.output<typeof mailbox> & { user: string }, string>(mailbox.extend({ user: name })),
  'publicFolders.create': call(z.strictObject({ name: text.min(1) })),
  'publicFolders.rename': call(z.strictObject({ name: text.min(1), newName: text.min(1) })),
  /** With all mail in it. */
  'publicFolders.remove': call(z.strictObject({ name: text.min(1) })),

  /**
   * Files or folders on the server's own disk, by absolute path, or that were sent: mbox, Maildir, .eml. The mailbox is
   * made if missing. Without one, folders are looked into, and all mail goes into mailboxes called as there: what an export
   * of everything wrote comes back as it was.
   */
  'mail.import': call<z.output<typeof mailImport>, Begun>(mailImport),
  /** All folders of somebody's mail on another IMAP server. What is here already is left out, so it may be run again. */
  'mail.importFromServer': call<z.output<typeof serverImport>, Begun>(serverImport),
  /**
   * To a file or folder on the server's own disk, which must not be there yet. Without a mailbox: all of them, each in a
   * file or folder of its own below the path. Without a path it waits to be fetched when the job is done.
   */
  'mail.export': call<z.output<typeof mailExport>, Begun>(mailExport),

  /** The oldest first; of those that have ended the last ones. */
  'jobs.list': call<Nothing, readonly Job[]>(nothing),
  'jobs.get': call<z.output<typeof job>, Job>(job),
  /** It ends within a second. One that has ended stays as it ended. */
  'jobs.cancel': call(job),
  /** Where what the job wrote is fetched with GET, once and soon and without a token: below `/api/v1/`. */
  'jobs.download': call<z.output<typeof job>, DownloadLink>(job),

  'services.list': call<Nothing, readonly ServiceInfo[]>(nothing),
  'services.start': call(service),
  'services.stop': call(service),
  'services.restart': call(service),

  'sessions.list': call<Nothing, readonly SessionInfo[]>(nothing),
  'sessions.disconnect': call(z.strictObject({ id: z.int() })),

  'limits.status': call<Nothing, LimitsStatus>(nothing),
  /** The newest first. */
  'limits.refusals': call<Nothing, readonly Refusal[]>(nothing),

  'lockouts.list': call<Nothing, readonly LockOut[]>(nothing),
  /** The pair, or the whole address when no user is given. */
  'lockouts.unlock': call(z.strictObject({ address, user: name.optional() })),

  /** Which row an address and a user would meet: in the given rules, or in those that hold. */
  'accessRules.test': call<
    { address: string; user?: string | undefined; rules?: readonly AccessRule[] | undefined },
    RuleVerdict
  >(z.strictObject({ address, user: name.optional(), rules: accessRulesSchema.meta(data).optional() })),
  /** Rules that let this machine and its networks in and nobody else. */
  'accessRules.lanDefault': call<Nothing, readonly AccessRule[]>(nothing),
  /** Reads the old text form; nothing is changed. */
  'accessRules.fromText': call<{ text: string }, readonly AccessRule[]>(
    z.strictObject({ text: z.string().max(1_000_000).meta(data) }),
  ),

  'certificate.get': call<Nothing, CertificateInfo>(nothing),
  /** The whole chain, the server's own first, and its key; both PEM. On any error the old one stays. */
  'certificate.import': call<{ certificate: string; key: string; passphrase?: string | undefined }, CertificateInfo>(
    z.strictObject({ certificate: pem, key: pem, passphrase: password.optional() }),
  ),
  'certificate.renewSelfSigned': call<Nothing, CertificateInfo>(nothing),
  /** A certificate issued by the office's own authority, which is made when there is none; with `newRoot` another one is, whose root certificate is to be installed again. */
  'certificate.issue': call<{ newRoot?: boolean | undefined }, CertificateInfo>(
    z.strictObject({ newRoot: z.boolean().optional() }),
  ),
  /** The office's own authority, without its key. */
  'certificate.authority': call<Nothing, { readonly authority?: AuthorityInfo | undefined }>(nothing),

  /** The newest lines, the oldest of them first. */
  'log.tail': call<{ lines: number; level: LogLine['level']; text?: string | undefined }, readonly LogLine[]>(
    z.strictObject({
      lines: z.int().min(1).max(2_000),
      level: z.enum(['debug', 'info', 'warn', 'error']),
      text: text.optional(),
    }),
  ),
} as const;

export type CallName = keyof typeof calls;
export type ArgsOf<Name extends CallName> = (typeof calls)[Name] extends Call<infer Args, infer _> ? Args : never;
export type ResultOf<Name extends CallName> = (typeof calls)[Name] extends Call<infer _, infer Result> ? Result : never;

/** What happens, for whoever shows it. Events say that something is new; the calls say what. */
export type AdminEvent =
  | { readonly event: 'settings.changed'; readonly keys: readonly SettingKey[] }
  | {
      readonly event:
        | 'users.changed'
        | 'groups.changed'
        | 'shares.changed'
        | 'services.changed'
        | 'sessions.changed'
        | 'jobs.changed'
        | 'lockouts.changed'
        | 'certificate.changed';
    }
  | { readonly event: 'refusal'; readonly refusal: Refusal }
  | { readonly event: 'log.line'; readonly line: LogLine }
  /** An account has reached 80, 90 or 100 % of its quota. */
  | { readonly event: 'quota.warning'; readonly user: string; readonly percent: number };

/** The contract as an object: what the service is, and what every client of it looks like. */
export interface AdminApi {
  /** Never rejects. Arguments come from anywhere and are checked. */
  call<Name extends CallName>(name: Name, args: ArgsOf<Name>): Promise<AdminResult<ResultOf<Name>>>;
  /** Returns how to stop listening. */
  onEvent(listener: (event: AdminEvent) => void): () => void;
}

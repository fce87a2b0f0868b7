import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDirectory } from '../accounts/directory.ts';
import type { LockOut } from '../accounts/lock-out.ts';
import { cheapPasswords } from '../accounts/testing.ts';
import { UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { systemRandom } from '../base/random.ts';
import type { Refusal } from '../base/refusal.ts';
import type { SessionInfo } from '../imap/ports.ts';
import type { Rights } from '../mail/rights.ts';
import { clientFacts } from '../services/client-settings.ts';
import type { ServiceInfo } from '../services/service.ts';
import { definitionOf } from '../settings/schema.ts';
import { openSettings } from '../settings/store.ts';
import { PUBLIC_ACCOUNT, type SharedEntry, type Shares } from '../sharing/ports.ts';
import type { AdminEvent } from './contract.ts';
import type { AdminDependencies } from './dependencies.ts';
import { LogTail } from './log-tail.ts';
import { type AdminService, createAdminService } from './service.ts';

/** Listeners of a fake, and how to call them. */
class Source<Args extends unknown[] = []> {
  readonly #listeners = new Set<(...args: Args) => void>();
  readonly on = (listener: (...args: Args) => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  tell(...args: Args): void {
    for (const listener of this.#listeners) listener(...args);
  }
}

/** What a test may set and look at behind the service: settings and users are real, the rest is lists. */
export interface Backstage {
  readonly dependencies: AdminDependencies;
  readonly events: AdminEvent[];
  /** What was logged as an error. */
  readonly errors: unknown[];
  sessions: SessionInfo[];
  readonly disconnected: [number, string][];
  lockOuts: LockOut[];
  refusals: Refusal[];
  service: ServiceInfo;
  readonly started: string[];
  entries: SharedEntry[];
  mailboxes: Map<string, string[]>;
  readonly forgotten: string[];
  readonly deleted: string[];
  readonly imported: unknown[];
  password: string | undefined;
  readonly sources: {
    readonly sessions: Source;
    readonly lockOuts: Source;
    readonly certificate: Source;
    readonly service: Source;
    readonly shares: Source;
    readonly refusals: Source<[Refusal]>;
    readonly quota: Source<[string, number]>;
  };
}

export interface TriedAdmin {
  readonly admin: AdminService;
  readonly backstage: Backstage;
  close(): Promise<void>;
}

export const noon = Date.UTC(2026, 1, 3, 12);

export function sessionOf(id: number, accountId: string | undefined = undefined): SessionInfo {
  return {
    ...{ id, accountId, user: accountId, address: '192.168.1.7', clientId: undefined, tls: undefined },
    ...{ state: 'authenticated', mailbox: undefined, connectedAt: noon, lastActivityAt: noon },
    ...{ octetsIn: 1, octetsOut: 2, lastCommand: 'LOGIN' },
  };
}

/** A service on fakes, in a folder of its own. */
export async function tryAdmin(): Promise<TriedAdmin> {
  const folder = await mkdtemp(join(tmpdir(), 'mailroom-admin-'));
  const clock = { now: () => noon };
  const errors: unknown[] = [];
  const log = new LogTail(clock);
  const logger: Logger = log.through({ debug() {}, info() {}, warn() {}, error: (fields) => errors.push(fields) });
  const settings = await openSettings(join(folder, 'settings.json'), { clock, logger });
  const directory = await openDirectory(join(folder, 'directory.json'), {
    clock,
    logger,
    random: systemRandom,
    passwordCost: cheapPasswords,
  });
  const backstage: Backstage = {
    ...{ errors, events: [], sessions: [], disconnected: [], lockOuts: [], refusals: [], started: [], entries: [] },
    ...{ mailboxes: new Map(), forgotten: [], deleted: [], imported: [], password: undefined },
    service: { id: 'imap4', name: 'IMAP4', state: 'running', problem: undefined, since: noon, listeners: [] },
    sources: {
      ...{ sessions: new Source(), lockOuts: new Source(), certificate: new Source(), service: new Source() },
      ...{ shares: new Source(), refusals: new Source(), quota: new Source() },
    },
    dependencies: undefined as unknown as AdminDependencies,
  };
  const dependencies: AdminDependencies = {
    ...{ settings, directory, log, clock, logger, uptime: () => 0, random: systemRandom },
    server: { version: '1.2.3', startedAt: noon, dataFolder: folder, hostNames: ['office-pc'] },
    ...fakes(backstage),
  };
  const admin = createAdminService(dependencies);
  admin.onEvent((event) => backstage.events.push(event));
  return {
    admin,
    backstage: Object.assign(backstage, { dependencies }),
    async close() {
      await admin.close();
      await rm(folder, { recursive: true });
    },
  };
}

type Faked = Omit<
  AdminDependencies,
  'settings' | 'directory' | 'log' | 'clock' | 'uptime' | 'logger' | 'random' | 'server'
>;

function fakes(stage: Backstage): Faked {
  const { sources } = stage;
  return {
    end: () => {},
    administrator: {
      get isSet() {
        return stage.password !== undefined;
      },
      verify: async (password) => password === stage.password,
      async set(password) {
        if (password.length < 8) throw new UserError('too weak');
        stage.password = password;
      },
    },
    limits: () => ({ users: [], addresses: [], peaks: [], userPeak: undefined, addressPeak: undefined }),
    refusals: { recent: () => stage.refusals, onRefusal: sources.refusals.on },
    lockOuts: {
      list: () => stage.lockOuts,
      unlock: (address) => stage.lockOuts.some((one) => one.address === address),
      onChange: sources.lockOuts.on,
    },
    accessRules: {
      test: (_address, user, rules) => ({ allowed: rules === undefined, row: undefined, text: user ?? 'nobody' }),
      lanDefault: () => [{ restrict: 'allow', type: 'local', address: '', prefix: 0, users: [] }],
      fromText: (text) => {
        if (text === 'nonsense') throw new UserError('line 1 is nonsense');
        return [];
      },
    },
    services: [fakeService(stage)],
    clients: {
      facts: () =>
        clientFacts({
          settings: { get: (key) => definitionOf(key).default },
          imap4: { info: () => stage.service },
          certificateNames: () => ['office-pc'],
        }),
      addresses: () => ['192.168.1.5'],
    },
    files: undefined,
    publicAddress: async (host) => {
      if (host.endsWith('.example')) return '192.0.2.7';
      throw new UserError(`${host} is no server on the internet`);
    },
    setup: { state: () => ({ needsFirstUser: false, firstUser: undefined, firstStartAt: noon }) },
    sessions: {
      list: () => stage.sessions,
      disconnect: (id, text) => {
        stage.disconnected.push([id, text]);
        return stage.sessions.some((session) => session.id === id);
      },
      onChange: sources.sessions.on,
    },
    certificate: fakeCertificate(stage),
    shares: fakeShares(stage),
    mail: {
      account: async () => {
        throw new UserError('there is no mail behind this service');
      },
      hold: () => () => {},
      usage: async (accountId) => (accountId.length === 20 ? { octets: 7, messages: 1 } : undefined),
      limitsOf: () => ({ octets: 100, messages: undefined }),
      deleteAccount: async (accountId) => void stage.deleted.push(accountId),
      onQuotaWarning: sources.quota.on,
    },
  };
}

function fakeService(stage: Backstage): AdminDependencies['services'][number] {
  const did = (what: string) => async () => void stage.started.push(what);
  const { on: onChange } = stage.sources.service;
  return {
    id: 'imap4',
    info: () => stage.service,
    ...{ start: did('start'), stop: did('stop'), restart: did('restart'), onChange },
  };
}

function fakeCertificate(stage: Backstage): AdminDependencies['certificate'] {
  return {
    info: {
      ...{ subject: 'CN=office-pc', issuer: 'CN=office-pc', names: ['office-pc'], validFrom: 0, validTo: noon },
      ...{ selfSigned: true, ownAuthority: false, fingerprint: 'AA:BB', warning: undefined },
    },
    authority: undefined,
    async issue() {},
    async import(pair) {
      if (!pair.certificate.includes('BEGIN')) throw new UserError('The certificate is not one in PEM form');
      stage.imported.push(pair);
    },
    async renewSelfSigned() {},
    onChange: stage.sources.certificate.on,
  };
}

function fakeShares(stage: Backstage): Shares {
  const publicFolders = () => stage.mailboxes.get(PUBLIC_ACCOUNT) ?? [];
  return {
    list: async () => stage.entries,
    mailboxes: async (owner) => stage.mailboxes.get(owner) ?? [],
    async set(owner, mailbox, identifier, rights: Rights) {
      if (identifier === 'nobody') throw new UserError('there is no nobody');
      stage.entries = [...stage.entries, { owner, mailbox, entries: [{ identifier, rights }] }];
    },
    effective: async () => new Set(['l', 'r', 'x'] as const),
    async createPublicFolder(name) {
      if (name.includes('//')) throw new UserError('an empty level');
      stage.mailboxes.set(PUBLIC_ACCOUNT, [...publicFolders(), name]);
    },
    renamePublicFolder: async () => {},
    async removePublicFolder(name) {
      if (name === 'Parent') throw new UserError('others are below it');
    },
    forgetAccount: async (accountId) => void stage.forgotten.push(accountId),
    forgetGroup: async (id) => void stage.forgotten.push(id),
    onChange: stage.sources.shares.on,
  };
}

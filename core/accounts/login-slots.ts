import type { LoggedInConnection, LoginSlots } from '../base/authentication.ts';
import type { Clock } from '../base/clock.ts';
import { Refused } from '../base/errors.ts';
import { contains, type IpNetwork, parseAddress, parseNetwork } from '../base/ip-network.ts';
import { refusalLimits } from '../base/limits.ts';
import { networkOf } from '../base/network.ts';
import type { RefusalLog, SlotHolder } from '../base/refusal.ts';
import type { LimitsStatus, LimitUse } from './limits-status.ts';
import type { LoginPeaks } from './login-peaks.ts';

/** Read at every login, so that a change holds for the next one. */
export interface LoginSlotOptions {
  /** Sessions of one user, and from one address; 0 = no limit. */
  readonly perUser: number;
  readonly perAddress: number;
  readonly whenReached: 'refuse' | 'closeIdlest';
  /** Addresses and networks whose sessions are not counted. */
  readonly exempt: readonly string[];
}

export interface LoginSlotDependencies {
  readonly options: LoginSlotOptions;
  readonly refusals: Pick<RefusalLog, 'record'>;
  readonly peaks: LoginPeaks;
  readonly clock: Clock;
}

interface Holder {
  readonly login: LoggedInConnection;
  readonly network: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** A limit that a login meets, and who holds its slots. */
interface Reached {
  readonly reason: 'userLimit' | 'addressLimit';
  readonly text: string;
  readonly limit: number;
  readonly holders: ReadonlySet<Holder>;
  readonly setting: string;
}

const nobody: ReadonlySet<Holder> = new Set();

/** Counts who is logged in, per user and per address, and says no to one too many. An IPv6 /64 is one address. */
export class CountedLogins implements LoginSlots {
  readonly #options: LoginSlotOptions;
  readonly #refusals: Pick<RefusalLog, 'record'>;
  readonly #peaks: LoginPeaks;
  readonly #clock: Clock;
  /** By account id and by network; no set is empty. */
  readonly #users = new Map<string, Set<Holder>>();
  readonly #addresses = new Map<string, Set<Holder>>();
  #exemptTexts: readonly string[] = [];
  #exempt: readonly IpNetwork[] = [];

  constructor({ options, refusals, peaks, clock }: LoginSlotDependencies) {
    this.#options = options;
    this.#refusals = refusals;
    this.#peaks = peaks;
    this.#clock = clock;
  }

  take(login: LoggedInConnection): () => void {
    if (this.#isExempt(login.address)) return () => {};
    const holder: Holder = { login, network: networkOf(login.address), since: this.#clock.now() };
    this.#makeRoom(holder);
    this.#note(); // hours that have ended meanwhile saw what there was before this login
    addTo(this.#users, login.user.accountId, holder);
    addTo(this.#addresses, holder.network, holder);
    this.#peaks.reached(
      { name: login.user.name, sessions: this.#usersOf(holder).size },
      { name: holder.network, sessions: this.#addressesOf(holder).size },
    );
    return () => this.#free(holder);
  }

  status(): LimitsStatus {
    this.#note();
    const { perUser, perAddress } = this.#options;
    return {
      users: usesOf(this.#users, perUser, ({ login }) => login.user.name),
      addresses: usesOf(this.#addresses, perAddress, ({ network }) => network),
      ...this.#peaks.status(),
    };
  }

  /** @throws Refused LIMIT; then nobody was put out. */
  #makeRoom(holder: Holder): void {
    const victims = new Set<Holder>();
    for (const reached of [this.#userLimit(holder), this.#addressLimit(holder)]) {
      if (reached !== undefined && !this.#findVictims(holder, reached, victims)) this.#refuse(holder, reached);
    }
    for (const victim of victims) {
      this.#free(victim);
      victim.login.bye('You have logged in elsewhere too often: your longest idle connection makes room');
    }
  }

  /** Adds to `victims` whom the newcomer may put out until there is room; false when there are not enough. */
  #findVictims(newcomer: Holder, { holders, limit }: Reached, victims: Set<Holder>): boolean {
    if (this.#options.whenReached === 'refuse') return false;
    // The same ones whichever limit is looked at: of those at the address, too, the longest idle go first.
    const own = [...holders]
      .filter(({ login }) => login.user.accountId === newcomer.login.user.accountId)
      .sort((one, other) => one.login.lastActivity - other.login.lastActivity);
    const tooMany = Math.max(0, holders.size + 1 - limit);
    if (own.length < tooMany) return false;
    for (const victim of own.slice(0, tooMany)) victims.add(victim);
    return true;
  }

  #userLimit(holder: Holder): Reached | undefined {
    const { perUser: limit } = this.#options;
    const holders = this.#usersOf(holder);
    if (limit === 0 || holders.size < limit) return undefined;
    const text = `Too many concurrent logins for ${holder.login.user.name} (${holders.size} of ${limit})`;
    return { reason: 'userLimit', text, limit, holders, setting: 'imap4.advanced.concurrentLoginsPerUser' };
  }

  #addressLimit(holder: Holder): Reached | undefined {
    const { perAddress: limit } = this.#options;
    const holders = this.#addressesOf(holder);
    if (limit === 0 || holders.size < limit) return undefined;
    const text = `Too many concurrent logins from ${holder.network} (${holders.size} of ${limit})`;
    return { reason: 'addressLimit', text, limit, holders, setting: 'imap4.advanced.concurrentLoginsPerAddress' };
  }

  #refuse({ login }: Holder, { reason, text, limit, holders, setting }: Reached): never {
    const { user, address, clientId } = login;
    const named = firstOf(holders, refusalLimits.holders).map(shown);
    this.#refusals.record({ reason, user: user.name, address, clientId, limit, holders: named, text, setting });
    throw new Refused('LIMIT', text);
  }

  /** A second call, and one after the holder was put out, do nothing. */
  #free(holder: Holder): void {
    this.#note();
    removeFrom(this.#users, holder.login.user.accountId, holder);
    removeFrom(this.#addresses, holder.network, holder);
  }

  /** Sessions that last for hours count in every one of them. */
  #note(): void {
    if (!this.#peaks.isNewHour()) return;
    this.#peaks.carryOver(
      most(this.#users, ({ login }) => login.user.name),
      most(this.#addresses, ({ network }) => network),
    );
  }

  #usersOf({ login }: Holder): ReadonlySet<Holder> {
    return this.#users.get(login.user.accountId) ?? nobody;
  }

  #addressesOf({ network }: Holder): ReadonlySet<Holder> {
    return this.#addresses.get(network) ?? nobody;
  }

  #isExempt(text: string): boolean {
    const { exempt } = this.#options;
    if (exempt.length === 0) return false;
    if (exempt !== this.#exemptTexts) {
      this.#exemptTexts = exempt;
      this.#exempt = exempt.map(parseNetwork).filter((network) => network !== undefined);
    }
    const address = parseAddress(text);
    return address !== undefined && this.#exempt.some((network) => contains(network, address));
  }
}

function addTo(sets: Map<string, Set<Holder>>, key: string, holder: Holder): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([holder]));
  else set.add(holder);
}

function removeFrom(sets: Map<string, Set<Holder>>, key: string, holder: Holder): void {
  const set = sets.get(key);
  set?.delete(holder);
  if (set?.size === 0) sets.delete(key);
}

/** The largest first. */
function usesOf(
  sets: ReadonlyMap<string, ReadonlySet<Holder>>,
  limit: number,
  nameOf: (holder: Holder) => string,
): readonly LimitUse[] {
  const uses = [...sets.values()].map((set) => ({ name: nameOf(firstOf(set, 1)[0]!), sessions: set.size, limit }));
  return uses.sort((one, other) => other.sessions - one.sessions);
}

function most(
  sets: ReadonlyMap<string, ReadonlySet<Holder>>,
  nameOf: (holder: Holder) => string,
): { name: string; sessions: number } | undefined {
  return usesOf(sets, 0, nameOf)[0];
}

function shown({ login, since }: Holder): SlotHolder {
  return { session: login.id, user: login.user.name, address: login.address, clientId: login.clientId, since };
}

function firstOf<Item>(items: Iterable<Item>, count: number): Item[] {
  const first: Item[] = [];
  for (const item of items) {
    if (first.length >= count) break;
    first.push(item);
  }
  return first;
}

import { createHmac } from 'node:crypto';
import type {
  AccessGate,
  AuthenticatedUser,
  Authenticator,
  PasswordLogin,
  Peer,
  ScramCredentials,
} from '../base/authentication.ts';
import { type Clock, localTime } from '../base/clock.ts';
import { Refused } from '../base/errors.ts';
import { foldName } from '../base/fold-name.ts';
import { passwordLimits, refusalLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import { networkOf } from '../base/network.ts';
import type { Random } from '../base/random.ts';
import type { RefusalLog, RefusalReason } from '../base/refusal.ts';
import type { Directory } from './directory.ts';
import { FairQueue } from './fair-queue.ts';
import type { LockOut } from './lock-out.ts';
import type { LockOuts } from './lock-outs.ts';
import { preparePassword } from './password.ts';
import { PasswordMemory } from './password-memory.ts';
import type { User } from './user.ts';
import {
  decoyVerifier,
  type PasswordCost,
  type PasswordVerifier,
  type Scrypt,
  standardCost,
  systemScrypt,
  verifies,
} from './verifier.ts';

export interface AuthenticatorDependencies {
  readonly directory: Pick<Directory, 'find' | 'decoySecret'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly lockOuts: Pick<LockOuts, 'holding' | 'failed' | 'succeeded'>;
  readonly refusals: Pick<RefusalLog, 'record'>;
  readonly access: Pick<AccessGate, 'mayLogIn'>;
  /** What a check of a name nobody has is to cost; tests are cheaper. */
  readonly passwordCost?: PasswordCost;
  /** Counted in tests. */
  readonly scrypt?: Scrypt;
}

export function createAuthenticator(dependencies: AuthenticatorDependencies): Authenticator {
  return new DirectoryAuthenticator(dependencies);
}

/** Whose password is right, and as whom he wants to act. */
type Claim = Pick<PasswordLogin, 'userName' | 'from'> & { readonly authorizeAs?: string | undefined };

interface Check {
  readonly user: User | undefined;
  readonly verdict: Promise<Verdict>;
}

/** Undefined: not computed, because whoever asked first was locked out before his turn came. */
type Verdict = boolean | undefined;

/**
 * Checks passwords against the directory. For a name nobody has it does the same work in the same queue as for one that
 * is there, so neither text nor time tells them apart.
 */
class DirectoryAuthenticator implements Authenticator {
  readonly #directory: AuthenticatorDependencies['directory'];
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #lockOuts: AuthenticatorDependencies['lockOuts'];
  readonly #refusals: AuthenticatorDependencies['refusals'];
  readonly #access: AuthenticatorDependencies['access'];
  readonly #scrypt: Scrypt;
  readonly #cost: PasswordCost;
  readonly #decoy: PasswordVerifier;
  readonly #memory: PasswordMemory;
  readonly #queue = new FairQueue({
    running: passwordLimits.computations,
    waitingPerLane: passwordLimits.waitingPerUser,
    waiting: passwordLimits.waiting,
  });
  /** Under way, by digest: the same credentials again wait for the same computation. */
  readonly #checks = new Map<string, Check>();

  constructor({
    directory,
    clock,
    random,
    logger,
    lockOuts,
    refusals,
    access,
    passwordCost = standardCost,
    scrypt = systemScrypt,
  }: AuthenticatorDependencies) {
    this.#directory = directory;
    this.#clock = clock;
    this.#logger = logger;
    this.#lockOuts = lockOuts;
    this.#refusals = refusals;
    this.#access = access;
    this.#scrypt = scrypt;
    this.#cost = passwordCost;
    this.#decoy = decoyVerifier(passwordCost.scrypt, random);
    this.#memory = new PasswordMemory(clock, random);
  }

  async verifyPassword(login: PasswordLogin): Promise<AuthenticatedUser> {
    const { userName, from } = login;
    this.#needUnlocked(userName, from);
    const user = this.#directory.find(userName);
    const prepared = preparePassword(login.password);
    const digest = this.#memory.digest(foldName(userName), prepared);
    const right = this.#memory.recall(user, digest) ?? (await this.#compute(login, user, prepared, digest));
    // The user was changed meanwhile, perhaps the password: what was computed says nothing of today's.
    if (right === undefined || this.#directory.find(userName) !== user) return this.verifyPassword(login);
    this.#needUnlocked(userName, from); // guesses tried side by side count one after another
    const password = digest.toString('latin1');
    if (right && user !== undefined) return this.#admit(user, login, password);
    this.#lockOuts.failed({ userName, address: from.address, password });
    throw this.#refuse(userName, user, from);
  }

  async scramCredentials(userName: string, _from: Peer): Promise<ScramCredentials> {
    const decoy = this.#decoyScram(foldName(userName)); // also when it is not needed: the same work for every name
    return this.#directory.find(userName)?.scram ?? decoy;
  }

  async scramSucceeded(userName: string, from: Peer, authorizeAs?: string): Promise<AuthenticatedUser> {
    this.#needUnlocked(userName, from);
    const user = this.#directory.find(userName);
    if (user === undefined) throw this.#refuse(userName, user, from); // removed meanwhile
    return this.#admit(user, { userName, from, authorizeAs }, undefined);
  }

  /**
   * Every one counts, though it may be the same wrong password again: the proof depends on this very exchange, and what
   * two of them have in common cannot be computed without the password (RFC 5802 section 3). If they counted as one,
   * SCRAM would be the way to guess on without end.
   */
  scramFailed(userName: string, from: Peer): Refused {
    const { address } = from;
    const lock = this.#lockOuts.holding(userName, address);
    if (lock !== undefined) return this.#refuseLocked(lock, userName, from);
    this.#lockOuts.failed({ userName, address, password: undefined });
    return this.#refuse(userName, this.#directory.find(userName), from);
  }

  async #compute(login: PasswordLogin, user: User | undefined, prepared: Uint8Array, digest: Buffer): Promise<Verdict> {
    const key = digest.toString('latin1');
    const underWay = this.#checks.get(key);
    if (underWay !== undefined && underWay.user === user) return underWay.verdict;
    const { userName, from } = login;
    const verdict = this.#queue.run(networkOf(from.address), foldName(userName), async () =>
      this.#lockOuts.holding(userName, from.address) === undefined
        ? verifies(prepared, user?.verifier ?? this.#decoy, this.#scrypt)
        : undefined,
    );
    const check = { user, verdict };
    this.#checks.set(key, check);
    try {
      const right = await verdict;
      if (right !== undefined) this.#memory.remember(user, digest, right);
      return right;
    } finally {
      if (this.#checks.get(key) === check) this.#checks.delete(key);
    }
  }

  /** @throws Refused with the same words whatever the password is, and whether or not there is such a user. */
  #needUnlocked(userName: string, from: Peer): void {
    const lock = this.#lockOuts.holding(userName, from.address);
    if (lock !== undefined) throw this.#refuseLocked(lock, userName, from);
  }

  /**
   * The password was right. Whoever the access rules keep out from where he is learns nothing of that, by a lock that
   * comes later either: he may have stolen it. Where SCRAM would prove to him that the server knows it, it does not.
   * @param password as LockOuts tells passwords apart
   * @throws Refused for what only its owner may be told.
   */
  #admit(user: User, { userName, from, authorizeAs = '' }: Claim, password: string | undefined): AuthenticatedUser {
    const { address } = from;
    if (!this.#access.mayLogIn(from, user.name)) {
      this.#lockOuts.failed({ userName, address, password });
      throw wrong();
    }
    this.#lockOuts.succeeded(userName, address);
    if (user.disabled) {
      this.#record('disabled', user.name, from, `${user.name} is disabled`);
      throw new Refused('CONTACTADMIN', 'This account is disabled; ask your administrator');
    }
    if (authorizeAs !== '' && foldName(authorizeAs) !== foldName(userName)) {
      this.#logger.warn(
        { user: user.name, address, authorizeAs: shown(authorizeAs) },
        'login refused: acting for another',
      );
      throw new Refused(
        'AUTHORIZATIONFAILED',
        'You may log in as yourself only; leave the authorization identity empty',
      );
    }
    return { name: user.name, accountId: user.accountId };
  }

  /** One text for all that may be wrong; the administrator alone learns which. */
  #refuse(userName: string, user: User | undefined, from: Peer): Refused {
    const text = user === undefined ? 'There is no such user' : `Wrong password for ${user.name}`;
    this.#record('wrongPassword', user?.name ?? userName, from, text);
    return wrong();
  }

  #refuseLocked({ kind, until, reason }: LockOut, userName: string, from: Peer): Refused {
    const what = kind === 'pair' ? 'The user is locked for this address' : 'The address is blocked';
    const setting = kind === 'pair' ? 'security.lockouts.wrongPasswords' : 'security.lockouts.addressFailures';
    const text = `${what} until ${localTime(until)}: ${reason}`;
    this.#record('lockedOut', userName, from, text, setting);
    const minutes = Math.max(1, Math.ceil((until - this.#clock.now()) / 60_000));
    const wait = minutes === 1 ? 'a minute' : `${minutes} minutes`;
    return new Refused('AUTHENTICATIONFAILED', `Too many wrong passwords; try again in ${wait}`);
  }

  #record(reason: RefusalReason, userName: string, { address, clientId }: Peer, text: string, setting?: string): void {
    const none = { limit: undefined, holders: [] };
    this.#refusals.record({ reason, user: shown(userName), address, clientId, text, setting, ...none });
  }

  /** The same at every try and after every restart, as a real user's would be; nobody knows a password for the keys. */
  #decoyScram(foldedName: string): ScramCredentials {
    const derive = (what: string) =>
      createHmac('sha256', this.#directory.decoySecret).update(`${what}:${foldedName}`).digest();
    return {
      salt: derive('salt').subarray(0, passwordLimits.salt),
      iterations: this.#cost.scramIterations,
      storedKey: derive('stored key'),
      serverKey: derive('server key'),
    };
  }
}

/** What those who were not let in are told, unless they are locked out. */
function wrong(): Refused {
  return new Refused('AUTHENTICATIONFAILED', 'User name or password is wrong');
}

/** What a stranger sent, for the log: no more of it than a name may have. */
function shown(name: string): string {
  const short = name.length > refusalLimits.name ? `${name.slice(0, refusalLimits.name)}…` : name;
  return short === short.trim() ? short : `"${short}"`;
}

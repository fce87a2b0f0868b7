import { createHmac } from 'node:crypto';
import type {
  AuthenticatedUser,
  Authenticator,
  PasswordLogin,
  Peer,
  ScramCredentials,
} from '../base/authentication.ts';
import type { Clock } from '../base/clock.ts';
import { Refused } from '../base/errors.ts';
import { passwordLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import { networkOf } from '../base/network.ts';
import type { Random } from '../base/random.ts';
import type { Directory } from './directory.ts';
import { FairQueue } from './fair-queue.ts';
import { foldName } from './names.ts';
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
  /** What a check of a name nobody has is to cost; tests are cheaper. */
  readonly cost?: PasswordCost;
  /** Counted in tests. */
  readonly scrypt?: Scrypt;
}

export function createAuthenticator(dependencies: AuthenticatorDependencies): Authenticator {
  return new DirectoryAuthenticator(dependencies);
}

interface Check {
  readonly user: User | undefined;
  readonly verdict: Promise<boolean>;
}

/**
 * Checks passwords against the directory. For a name nobody has it does the same work in the same queue as for one that
 * is there, so neither text nor time tells them apart.
 */
class DirectoryAuthenticator implements Authenticator {
  readonly #directory: AuthenticatorDependencies['directory'];
  readonly #logger: Logger;
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
    cost = standardCost,
    scrypt = systemScrypt,
  }: AuthenticatorDependencies) {
    this.#directory = directory;
    this.#logger = logger;
    this.#scrypt = scrypt;
    this.#cost = cost;
    this.#decoy = decoyVerifier(cost.scrypt, random);
    this.#memory = new PasswordMemory(clock, random);
  }

  async verifyPassword(login: PasswordLogin): Promise<AuthenticatedUser> {
    const user = this.#directory.find(login.userName);
    const prepared = preparePassword(login.password);
    const digest = this.#memory.digest(foldName(login.userName), prepared);
    const right = this.#memory.recall(user, digest) ?? (await this.#compute(login, user, prepared, digest));
    // The user was changed meanwhile, perhaps the password: what was computed says nothing of today's.
    if (this.#directory.find(login.userName) !== user) return this.verifyPassword(login);
    if (!right || user === undefined)
      throw this.#refuse(login.userName, login.from, user === undefined ? 'unknown user' : 'wrong password');
    return this.#admit(user, login.userName, login.from, login.authorizeAs);
  }

  async scramCredentials(userName: string, _from: Peer): Promise<ScramCredentials> {
    const decoy = this.#decoyScram(foldName(userName)); // also when it is not needed: the same work for every name
    return this.#directory.find(userName)?.scram ?? decoy;
  }

  async scramSucceeded(userName: string, from: Peer, authorizeAs?: string): Promise<AuthenticatedUser> {
    const user = this.#directory.find(userName);
    if (user === undefined) throw this.#refuse(userName, from, 'removed meanwhile');
    return this.#admit(user, userName, from, authorizeAs);
  }

  scramFailed(userName: string, from: Peer): void {
    this.#refuse(userName, from, this.#directory.find(userName) === undefined ? 'unknown user' : 'wrong password');
  }

  async #compute(login: PasswordLogin, user: User | undefined, prepared: Uint8Array, digest: Buffer): Promise<boolean> {
    const key = digest.toString('latin1');
    const underWay = this.#checks.get(key);
    if (underWay !== undefined && underWay.user === user) return underWay.verdict;
    const verdict = this.#queue.run(networkOf(login.from.address), foldName(login.userName), () =>
      verifies(prepared, user?.verifier ?? this.#decoy, this.#scrypt),
    );
    const check = { user, verdict };
    this.#checks.set(key, check);
    try {
      const right = await verdict;
      this.#memory.remember(user, digest, right);
      return right;
    } finally {
      if (this.#checks.get(key) === check) this.#checks.delete(key);
    }
  }

  /** The password was right. @throws Refused for what only its owner may be told. */
  #admit(user: User, userName: string, { address }: Peer, authorizeAs = ''): AuthenticatedUser {
    if (user.disabled) {
      this.#logger.warn({ user: user.name, address }, 'login refused: the user is disabled');
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

  /** One text for all that may be wrong; the log alone knows which. */
  #refuse(userName: string, { address }: Peer, reason: string): Refused {
    this.#logger.warn({ user: shown(userName), address, reason }, 'login failed');
    return new Refused('AUTHENTICATIONFAILED', 'User name or password is wrong');
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

/** What a stranger sent, for the log: no more of it than a name may have. */
function shown(name: string): string {
  return name.length > 254 ? `${name.slice(0, 254)}…` : name;
}

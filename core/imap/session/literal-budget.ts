import { Refused } from '../../base/errors.ts';
import { messageLimits } from '../../base/limits.ts';

/** Octets of large literals that all connections together are in the middle of sending. */
export class LiteralBudget {
  #taken = 0;
  readonly #byHolder = new Map<string, number>();

  /** @param holder who sends them: nobody gets all there is, or their literals that never end would keep others out */
  take(holder: string, octets: number): boolean {
    const held = (this.#byHolder.get(holder) ?? 0) + octets;
    if (held > messageLimits.literalsPerUser || this.#taken + octets > messageLimits.literalsInFlight) return false;
    this.#taken += octets;
    this.#byHolder.set(holder, held);
    return true;
  }

  giveBack(holder: string, octets: number): void {
    const left = (this.#byHolder.get(holder) ?? 0) - octets;
    this.#taken -= octets;
    if (left > 0) this.#byHolder.set(holder, left);
    else this.#byHolder.delete(holder);
  }
}

/**
 * What one connection has of the budget for the command it is sending: as much as has arrived and one step more. What was
 * only announced costs nothing, or those who announce and never send would keep everybody from sending.
 */
export class LiteralReservation {
  readonly #budget: LiteralBudget;
  #holder = '';
  /** Octets of all literals of the command, announced ones included. */
  #announced = 0;
  #taken = 0;

  constructor(budget: LiteralBudget) {
    this.#budget = budget;
  }

  /** A literal is announced that has not come whole, or its command runs. */
  get isUnderWay(): boolean {
    return this.#announced > 0;
  }

  /** Octets taken from the budget: they grow, by whole steps, as long as a large literal gets on. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * @param holder all of a user's connections together, or all of an address before login
   * @param total octets of all literals of the command, the one just announced included
   * @param arrived octets of those before it
   */
  announce(holder: string, total: number, arrived: number): Refused | undefined {
    this.#holder = holder;
    this.#announced = total;
    return this.cover(arrived);
  }

  /** To be called as octets of the command's literals arrive. Answers the refusal when there is no room for more. */
  cover(arrived: number): Refused | undefined {
    if (this.#announced <= messageLimits.literalUncounted) return undefined;
    const steps = Math.floor(arrived / messageLimits.literalStep) + 1;
    const more = Math.min(this.#announced, steps * messageLimits.literalStep) - this.#taken;
    if (more <= 0) return undefined;
    if (!this.#budget.take(this.#holder, more)) {
      return new Refused('LIMIT', 'The server is busy with other large messages; try again in a moment');
    }
    this.#taken += more;
    return undefined;
  }

  release(): void {
    if (this.#taken > 0) this.#budget.giveBack(this.#holder, this.#taken);
    this.#taken = 0;
    this.#announced = 0;
  }
}

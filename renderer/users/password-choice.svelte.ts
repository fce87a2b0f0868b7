import { generatePassword } from '../../core/base/generate-password.ts';
import { passwordText } from '../text/users.ts';

/** A new password: typed twice, or made up and shown. */
export class PasswordChoice {
  typed = $state('');
  again = $state('');
  #generated = $state.raw<string | undefined>(undefined);

  /** The one made up, to be told to whoever is to use it. */
  get generated(): string | undefined {
    return this.#generated;
  }

  generate(): void {
    this.#generated = generatePassword((octets) => crypto.getRandomValues(new Uint8Array(octets)));
  }

  type(): void {
    this.#generated = undefined;
  }

  /** Said when there is something in the second field, not while the first is being typed. */
  get mismatch(): string | undefined {
    return this.again !== '' && this.again !== this.typed ? passwordText.mismatch : undefined;
  }

  /** Undefined until there is one that may be sent. */
  get password(): string | undefined {
    if (this.#generated !== undefined) return this.#generated;
    return this.typed !== '' && this.typed === this.again ? this.typed : undefined;
  }
}

import { setUpText } from '../text/clients.ts';

/** What was copied last, or that it could not be, in words. */
export class Clipboard {
  #outcome = $state.raw<{ readonly kind: 'info' | 'error'; readonly text: string } | undefined>(undefined);

  get outcome(): { readonly kind: 'info' | 'error'; readonly text: string } | undefined {
    return this.#outcome;
  }

  /** @param done what is said when it was copied */
  async copy(text: string, done: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.#outcome = { kind: 'info', text: done };
    } catch {
      // Browsers give the clipboard to pages of this computer and of https only.
      this.#outcome = { kind: 'error', text: setUpText.notCopied };
    }
  }
}

/** A label in pieces: `&` stands before the letter that chooses it together with Alt, `&&` is a plain `&`. */
export interface LabelParts {
  readonly before: string;
  readonly letter: string;
  readonly after: string;
}

export function labelParts(label: string): LabelParts {
  const at = label.search(/(?<!&)&[^&\s]/);
  const plain = (text: string) => text.replaceAll('&&', '&');
  if (at < 0) return { before: plain(label), letter: '', after: '' };
  return { before: plain(label.slice(0, at)), letter: label.charAt(at + 1), after: plain(label.slice(at + 2)) };
}

export function plainLabel(label: string): string {
  const { before, letter, after } = labelParts(label);
  return before + letter + after;
}

/** The label as it is read out, and the letter that chooses it; none is ''. */
export function mnemonicOf(label: string): { readonly text: string; readonly letter: string } {
  return { text: plainLabel(label), letter: labelParts(label).letter.toUpperCase() };
}

/** For aria-keyshortcuts, by which `pressMnemonic` finds it as well. */
export function shortcutOf(label: string): string | undefined {
  const { letter } = mnemonicOf(label);
  return letter === '' ? undefined : `Alt+${letter}`;
}

/** Does what Alt and a letter mean inside `root`, as far as it is in sight: buttons are pressed, fields get the focus. */
export function pressMnemonic(root: HTMLElement, event: KeyboardEvent): boolean {
  if (!event.altKey || event.ctrlKey || event.key.length !== 1) return false;
  const found = [...root.querySelectorAll<HTMLElement>('[aria-keyshortcuts]')].find(
    (element) => isMeant(element, event.key.toUpperCase()) && isInSight(element, root),
  );
  found?.focus();
  if (found instanceof HTMLButtonElement) found.click();
  return found !== undefined;
}

function isMeant(element: HTMLElement, letter: string): boolean {
  return element.getAttribute('aria-keyshortcuts') === `Alt+${letter}` && !element.matches(':disabled');
}

/** Pages that were looked at before are kept, hidden: what their buttons do must not happen unseen. */
function isInSight(element: HTMLElement, root: HTMLElement): boolean {
  const hidden = element.closest('[hidden]');
  return hidden === null || !root.contains(hidden);
}

const FOCUSABLE = 'button, input, select, textarea, a[href], [tabindex]';

/**
 * Keeps the focus inside a dialog while it is open: the first field gets it, Tab goes round, and whoever had it before
 * gets it back. For `{@attach focusInside}`.
 */
export function focusInside(dialog: HTMLElement): () => void {
  const before = document.activeElement;
  const inside = () =>
    [...dialog.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
      (element) => !element.hasAttribute('disabled') && element.tabIndex >= 0,
    );
  (inside().find((element) => !(element instanceof HTMLButtonElement)) ?? inside()[0] ?? dialog).focus();
  const goRound = (event: KeyboardEvent) => {
    if (event.key !== 'Tab') return;
    const all = inside();
    const [from, to] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
    if (document.activeElement !== from && dialog.contains(document.activeElement)) return;
    event.preventDefault();
    to?.focus();
  };
  dialog.addEventListener('keydown', goRound);
  return () => {
    dialog.removeEventListener('keydown', goRound);
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
}

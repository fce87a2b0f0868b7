const FOCUSABLE = 'button, input, select, textarea, a[href], [tabindex]';

/** What Tab reaches inside `root`, in its order. */
export function tabStops(root: HTMLElement): readonly HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (element) => element.tabIndex >= 0 && !element.matches(':disabled') && element.closest('[hidden]') === null,
  );
}

/** Where somebody begins in a window that opens: what explains or sorts something comes later. */
export function firstStop(root: HTMLElement): HTMLElement {
  const later = '.help-tip *, th *, [type=radio]:not(:checked)';
  return tabStops(root).find((element) => !element.matches(later)) ?? root;
}

/** Keeps Tab inside `root`: after the last comes the first. */
export function keepTabInside(root: HTMLElement, event: KeyboardEvent): void {
  if (event.key !== 'Tab' || event.ctrlKey) return;
  const stops = tabStops(root);
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge && root.contains(document.activeElement)) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
}

/**
 * Keys that went to nobody, because what had the focus was disabled or taken away, or because nothing has had it yet:
 * they are for the window on top.
 */
export function isStray(event: KeyboardEvent, root: HTMLElement | undefined): boolean {
  if (event.target !== document.body || event.defaultPrevented || root === undefined) return false;
  const top = [...document.querySelectorAll('[aria-modal=true]')].at(-1);
  return top === undefined || top.contains(root);
}

/** Where Enter has a meaning of its own and does not press the default button. */
export function usesEnter(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('button, textarea, a, summary, [type=search], [role=grid], [role=tree]') !== null
  );
}

/** The position that an arrow key leads to in a row of `count`; undefined for other keys. */
export function arrowTarget(key: string, at: number, count: number): number | undefined {
  if (count === 0) return undefined;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  if (key === 'ArrowDown' || key === 'ArrowRight') return (at + 1) % count;
  if (key === 'ArrowUp' || key === 'ArrowLeft') return (at - 1 + count) % count;
  return undefined;
}

import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import ConfirmDialog from './ConfirmDialog.svelte';
import ListView from './ListView.svelte';
import { pressMnemonic } from './mnemonic.ts';
import NumberField from './NumberField.svelte';
import PropertySheet from './PropertySheet.svelte';
import Tree from './Tree.svelte';

afterEach(cleanup);

describe('a number field', () => {
  it('says why what was typed is no valid number, and neither wheel nor arrow leads out of its range', async () => {
    render(NumberField, { label: 'Logins', value: 20, min: 10, max: 21, zero: 'no limit', help: 'How many.' });
    const field = screen.getByRole<HTMLInputElement>('spinbutton', { name: 'Logins' });
    await fireEvent.wheel(field, { deltaY: -100 });
    expect(field.value).toBe('20');
    for (const key of ['ArrowUp', 'ArrowUp']) await fireEvent.keyDown(field, { key });
    expect(field.value).toBe('21');
    await fireEvent.input(field, { target: { value: '5' } });
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(described(field)).toContain('from 10 to 21, or 0 for no limit');
    expect(described(field)).toContain('How many.');
    await fireEvent.input(field, { target: { value: '0' } });
    expect(field.getAttribute('aria-invalid')).toBeNull();
  });

  it('shows its help on F1: who uses no mouse could not read it', async () => {
    render(NumberField, { label: 'Logins', value: 20, help: 'How many.' });
    await fireEvent.keyDown(screen.getByRole('spinbutton'), { key: 'F1' });
    expect(screen.getByRole('button', { name: /Logins/ }).getAttribute('aria-expanded')).toBe('true');
  });
});

describe('a list', () => {
  const columns = [{ id: 'n', label: 'Number', value: (row: number) => row, numeric: true }];
  const rows = () => screen.getAllByRole('row').slice(1);
  const texts = () => rows().map(({ textContent }) => textContent?.trim());

  it('sorts numbers by size and not as words, and says by what it is sorted', async () => {
    render(ListView<number>, { label: 'Numbers', columns, rows: [10, 9, 100], rowKey: String, empty: 'Add one.' });
    await fireEvent.click(screen.getByRole('button', { name: 'Number' }));
    expect(texts()).toEqual(['9', '10', '100']);
    expect(screen.getByRole('columnheader').getAttribute('aria-sort')).toBe('ascending');
    await fireEvent.click(screen.getByRole('button', { name: 'Number' }));
    expect(texts()).toEqual(['100', '10', '9']);
  });

  it('is walked and opened by keys', async () => {
    const onOpen = vi.fn();
    render(ListView<number>, { label: 'Numbers', columns, rows: [1, 2], rowKey: String, empty: '', onOpen });
    rows()[0]?.focus();
    await fireEvent.keyDown(rows()[0]!, { key: 'ArrowDown' });
    await vi.waitFor(() => expect(document.activeElement).toBe(rows()[1]));
    await fireEvent.keyDown(rows()[1]!, { key: 'Enter' });
    expect(onOpen.mock.calls).toEqual([[2]]);
  });

  it('shows what the filter finds, and what to do next when it is empty', async () => {
    const { rerender } = render(ListView<number>, {
      label: 'Numbers',
      columns,
      rows: [1, 2],
      rowKey: String,
      empty: 'Add one.',
      filter: '2',
    });
    expect(texts()).toEqual(['2']);
    await rerender({ rows: [] });
    expect(screen.getByText('Add one.')).toBeTruthy();
  });
});

describe('a tree', () => {
  it('closes and opens by the arrow keys', async () => {
    const nodes = [{ key: 'a', label: 'A', children: [{ key: 'b', label: 'B' }] }];
    render(Tree, { label: 'Folders', nodes, selected: 'a', empty: '' });
    const a = screen.getByRole('treeitem', { name: 'A' });
    await fireEvent.keyDown(a, { key: 'ArrowLeft' });
    expect([a.getAttribute('aria-expanded'), screen.queryByText('B')]).toEqual(['false', null]);
    await fireEvent.keyDown(a, { key: 'ArrowRight' });
    expect(screen.getByText('B')).toBeTruthy();
  });
});

describe('a question', () => {
  it('holds the focus, answers Esc with no, and gives the focus back', async () => {
    const before = document.body.appendChild(document.createElement('button'));
    before.focus();
    const [onConfirm, onCancel] = [vi.fn(), vi.fn()];
    const { unmount } = render(ConfirmDialog, {
      title: 'Sure?',
      text: '',
      confirmLabel: 'Delete',
      onConfirm,
      onCancel,
      danger: true,
    });
    const dialog = screen.getByRole('dialog', { name: 'Sure?' });
    expect(dialog.contains(document.activeElement)).toBe(true);
    screen.getByRole('button', { name: 'Delete' }).focus();
    await fireEvent.keyDown(document.activeElement!, { key: 'Tab' });
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Cancel' }));
    await fireEvent.keyDown(dialog, { key: 'Escape' });
    await fireEvent.keyDown(dialog, { key: 'Enter' });
    expect([onCancel.mock.calls.length, onConfirm.mock.calls.length]).toEqual([2, 0]);
    unmount();
    expect(document.activeElement).toBe(before);
    before.remove();
  });
});

describe('Alt and a letter', () => {
  it('presses nothing on a page that is not shown: a service would be stopped from another tab', () => {
    const root = document.createElement('div');
    root.innerHTML =
      '<div hidden><button aria-keyshortcuts="Alt+P"></button></div><button disabled aria-keyshortcuts="Alt+P"></button><button aria-keyshortcuts="Alt+P"></button>';
    const pressed: number[] = [];
    for (const [at, button] of root.querySelectorAll('button').entries()) button.onclick = () => pressed.push(at);
    expect(pressMnemonic(root, new KeyboardEvent('keydown', { key: 'p', altKey: true }))).toBe(true);
    expect(pressed).toEqual([2]);
  });
});

describe('a dialog', () => {
  it('answers Esc when the button that had the focus is gone: nobody else would hear it', async () => {
    const onCancel = vi.fn();
    render(ConfirmDialog, { title: 'Sure?', text: '', confirmLabel: 'Yes', onConfirm: () => undefined, onCancel });
    (document.activeElement as HTMLElement).remove();
    await fireEvent.keyDown(document.activeElement!, { key: 'Escape' });
    expect(onCancel).toHaveBeenCalledOnce();
  });
});

describe('a property sheet', () => {
  function opened(canApply: boolean) {
    const calls = { onOk: vi.fn(), onCancel: vi.fn(), onApply: vi.fn(), onHelp: vi.fn() };
    const pages = [
      { id: 'one', label: '&One' },
      { id: 'two', label: '&Two' },
    ];
    const page = createRawSnippet<[string]>((id) => ({ render: () => `<p>Page ${id()}</p>` }));
    render(PropertySheet, { title: 'Sheet', pages, selected: 'one', canApply, page, ...calls });
    return { ...calls, press: (init: KeyboardEventInit) => fireEvent.keyDown(screen.getByRole('tabpanel'), init) };
  }
  const chosen = () => screen.getByRole('tab', { selected: true }).textContent?.trim();

  it('changes its page by Ctrl+Tab, Alt and a letter, and the arrow keys', async () => {
    const { press } = opened(true);
    await press({ key: 'Tab', ctrlKey: true });
    expect(chosen()).toBe('Two');
    await press({ key: 'o', altKey: true });
    expect(chosen()).toBe('One');
    await fireEvent.keyDown(screen.getByRole('tab', { selected: true }), { key: 'ArrowRight' });
    expect([chosen(), screen.getByRole('tabpanel').textContent?.trim()]).toEqual(['Two', 'Page two']);
  });

  it('answers Enter, Esc and F1', async () => {
    const { press, onOk, onCancel, onHelp } = opened(true);
    for (const key of ['Enter', 'Escape', 'F1']) await press({ key });
    expect([onOk, onCancel, onHelp].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 1]);
  });

  it('does not keep by Enter what may not be kept', async () => {
    const { press, onOk } = opened(false);
    await press({ key: 'Enter' });
    expect(onOk).not.toHaveBeenCalled();
  });
});

/** What a screen reader says of a field besides its name. */
function described(field: HTMLElement): string {
  const ids = (field.getAttribute('aria-describedby') ?? '').split(' ');
  return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
}

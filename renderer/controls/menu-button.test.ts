import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import MenuButton from './MenuButton.svelte';

afterEach(cleanup);

function shown() {
  const [onOne, onTwo, onNever] = [vi.fn(), vi.fn(), vi.fn()];
  const items = [
    { label: '&One', onChoose: onOne },
    { label: '&Never', onChoose: onNever, disabled: true },
    { label: '&Two', onChoose: onTwo },
  ];
  render(MenuButton, { label: '&More', items });
  return { onOne, onTwo, onNever };
}

const button = () => screen.getByRole('button', { name: 'More' });
const item = (name: string) => screen.getByRole('menuitem', { name });
const key = (name: string) => fireEvent.keyDown(document.activeElement!, { key: name });
const focused = (element: () => HTMLElement) => waitFor(() => expect(document.activeElement).toBe(element()));

describe('a button with a menu', () => {
  it('is used without a mouse: arrows walk and wrap, Esc closes and gives the focus back', async () => {
    shown();
    button().focus();
    await key('ArrowUp');
    await focused(() => item('Two'));
    await key('ArrowDown');
    await focused(() => item('One'));
    expect(button().getAttribute('aria-expanded')).toBe('true');
    await key('Escape');
    expect([screen.queryByRole('menu'), document.activeElement]).toEqual([null, button()]);
  });

  it('chooses by a click and by an underlined letter, and is closed before: a dialog gives the focus back to it', async () => {
    const { onOne, onTwo } = shown();
    onOne.mockImplementation(() => expect(document.activeElement).toBe(button()));
    await fireEvent.click(button());
    await focused(() => item('One'));
    await fireEvent.click(item('One'));
    await fireEvent.click(button());
    await focused(() => item('One'));
    await key('t');
    expect([onOne.mock.calls.length, onTwo.mock.calls.length]).toEqual([1, 1]);
    expect(screen.queryByRole('menu')).toBeNull();
  });

  it('does nothing for a line that is grey', async () => {
    const { onNever } = shown();
    await fireEvent.click(button());
    await focused(() => item('One'));
    await key('n');
    await fireEvent.click(item('Never'));
    expect(onNever).not.toHaveBeenCalled();
    expect(item('Never').getAttribute('aria-disabled')).toBe('true');
  });

  it('closes when something else is chosen, instead of staying over it', async () => {
    shown();
    const other = document.body.appendChild(document.createElement('button'));
    await fireEvent.click(button());
    await focused(() => item('One'));
    other.focus();
    await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
    expect(document.activeElement).toBe(other);
    other.remove();
  });
});

import type { Page } from 'playwright-core';

/** Does something on the window as it opens and then on each of its tabs, in their order. */
export async function eachTab(page: Page, visit: (name: string) => Promise<void>): Promise<void> {
  const names = await tabNames(page);
  if (names.length === 0) return visit('window');
  for (const name of names) {
    await page.getByRole('tab', { name, exact: true }).click();
    await visit(name);
  }
}

/** The names of the tabs that are shown. */
export async function tabNames(page: Page): Promise<string[]> {
  return (await page.getByRole('tab').allInnerTexts()).map((name) => name.trim());
}

import type { Page } from 'playwright-core';

export interface NewUser {
  readonly name: string;
  readonly password: string;
}

/** What a person does at the first start: he takes the first user for himself, and goes through the welcome to its end. */
export async function takeOverInWindow(page: Page, { name, password }: NewUser): Promise<void> {
  const welcome = page.getByRole('dialog', { name: 'Welcome to Mailroom' });
  await welcome.getByRole('textbox', { name: 'User name' }).fill(name);
  await welcome.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
  await welcome.getByRole('textbox', { name: 'Password again' }).fill(password);
  await welcome.getByRole('button', { name: 'Next' }).click();
  await welcome.getByText('Step 2 of 3').waitFor();
  await welcome.getByRole('button', { name: 'Next' }).click();
  await welcome.getByText('Step 3 of 3').waitFor();
  await welcome.getByRole('button', { name: 'Finish', exact: true }).click();
  await welcome.waitFor({ state: 'detached' });
}

/** What a person does in the settings window to add a user. Resolves when the list has him. */
export async function addUserInWindow(page: Page, { name, password }: NewUser): Promise<void> {
  await page.getByRole('tab', { name: 'Users', exact: true }).click();
  await page.getByRole('button', { name: 'Add…', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByLabel('Password', { exact: true }).fill(password);
  await dialog.getByLabel('Password again', { exact: true }).fill(password);
  await dialog.getByRole('button', { name: 'OK', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await userInWindow(page, name);
}

/** Resolves when the list of users shows this one. */
export async function userInWindow(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name: 'Users', exact: true }).click();
  await page.getByText(name, { exact: true }).first().waitFor();
}

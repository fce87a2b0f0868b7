import { expect, it } from 'vitest';
import { quoted } from '../support/raw-imap.ts';
import { KAREN, OLAF } from '../support/test-server.ts';
import { describeWindow, goTo } from './stage.ts';

describeWindow('the Logs tab', (stage) => {
  it('shows lines as they are written, by level and by text, and holds still while it is paused', async () => {
    const { server, page } = stage;
    const logs = await goTo(page, 'Logs');
    const lines = logs.getByRole('grid').locator('tbody').getByRole('row');
    await server.client(OLAF);
    await lines.filter({ hasText: 'olaf' }).first().waitFor();

    await logs.getByLabel('Show', { exact: true }).selectOption('Warnings and errors');
    await expect.poll(() => lines.filter({ hasText: 'Information' }).count()).toBe(0);
    await (await server.connect()).command(`LOGIN karen ${quoted('not the password')}`);
    await lines.filter({ hasText: 'karen' }).first().waitFor();

    await logs.getByLabel('Find', { exact: true }).fill('no line has this');
    await expect.poll(() => lines.count()).toBe(0);
    await logs.getByLabel('Show', { exact: true }).selectOption('Everything');
    await logs.getByLabel('Find', { exact: true }).fill('user=karen');
    await expect
      .poll(() => lines.count(), { message: 'the details are searched as they are shown' })
      .toBeGreaterThan(0);
    await logs.getByLabel('Find', { exact: true }).fill('');
    await lines.filter({ hasText: 'olaf' }).first().waitFor();

    await logs.getByRole('button', { name: 'Pause' }).click();
    const held = await lines.count();
    await server.client(KAREN);
    await (await server.client(OLAF)).ok('NOOP');
    expect(await lines.count()).toBe(held);
    await logs.getByRole('button', { name: 'Continue' }).click();
    await expect.poll(() => lines.count()).toBeGreaterThan(held);
    await logs.getByRole('button', { name: 'Clear view' }).click();
    await expect.poll(() => lines.count()).toBeLessThan(held);
  });

  it('never shows a password', async () => {
    const logs = await goTo(stage.page, 'Logs');
    expect(await logs.innerText()).not.toContain(KAREN.password);
  });
});

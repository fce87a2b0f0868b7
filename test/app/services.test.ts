import { expect, it } from 'vitest';
import { RawImap } from '../support/raw-imap.ts';
import { describeWindow, goTo, ok, row } from './stage.ts';

describeWindow('the Services tab', (stage) => {
  it('stops the service after a question with BYE to who is connected, and starts it again', async () => {
    const { server, page } = stage;
    const client = await server.client();
    const services = await goTo(page, 'Services');
    await row(services, 'Services', 'Mailroom IMAP4').click();
    await services.getByRole('button', { name: 'Stop…' }).click();
    const question = page.getByRole('dialog', { name: 'Stop the service' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    await client.ok('NOOP');

    await services.getByRole('button', { name: 'Stop…' }).click();
    await ok(question, 'Stop');
    expect(await client.expectUntagged(/^\* BYE/)).toMatch(/BYE/);
    await row(services, 'Services', 'Stopped').filter({ hasText: 'Mailroom IMAP4' }).waitFor();
    await expect(RawImap.connect({ port: server.port })).rejects.toThrow();

    await services.getByRole('button', { name: 'Start', exact: true }).click();
    await row(services, 'Services', 'Running').waitFor();
    await (await server.client()).logout();
  });

  it('restarts it: sessions end, and the next ones are served', async () => {
    const { server, page } = stage;
    const client = await server.client();
    const services = await goTo(page, 'Services');
    await row(services, 'Services', 'Mailroom IMAP4').click();
    await services.getByRole('button', { name: 'Restart…' }).click();
    await ok(page.getByRole('dialog', { name: 'Restart the service' }), 'Restart');
    await client.closed;
    await row(services, 'Services', 'Running').waitFor();
    await expect.poll(() => services.getByRole('button', { name: 'Stop…' }).isEnabled()).toBe(true);
    await (await server.client()).logout();
  });

  it('opens the settings of the service that is double clicked', async () => {
    const services = await goTo(stage.page, 'Services');
    await row(services, 'Services', 'Mailroom IMAP4').dblclick();
    const sheet = stage.page.getByRole('dialog', { name: 'IMAP4 Server' });
    await sheet.getByRole('button', { name: 'Cancel' }).click();
    await sheet.waitFor({ state: 'detached' });
  });

  it('never makes somebody who stops one service stop another: what is stopped is what is selected', async () => {
    const services = await goTo(stage.page, 'Services');
    await row(services, 'Services', 'Automatic settings for mail programs').click();
    expect(await services.getByRole('button', { name: 'Stop…' }).isDisabled()).toBe(true);
    await row(services, 'Services', 'Mailroom IMAP4').click();
    expect(await services.getByRole('button', { name: 'Stop…' }).isDisabled()).toBe(false);
  });
});

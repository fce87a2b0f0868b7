import { expect, it } from 'vitest';
import { definitionOf } from '../../core/settings/schema.ts';
import { apply, describeWindow, goTo } from './stage.ts';

describeWindow('the General tab', (stage) => {
  it('limits what every user may store from the moment it is applied, for sessions that are there too', async () => {
    const { server, page } = stage;
    const client = await server.client();
    const message = Buffer.from('Subject: a\r\n\r\nb\r\n');
    await client.append('INBOX', message);
    const general = await goTo(page, 'General');
    await general.getByLabel(definitionOf('quota.messages').label, { exact: true }).fill('1');
    await apply(page);
    expect(await client.append('INBOX', message)).toMatchObject({ status: 'NO', code: 'OVERQUOTA' });
    await general.getByLabel(definitionOf('quota.messages').label, { exact: true }).fill('0');
    await apply(page);
    expect((await client.append('INBOX', message)).status).toBe('OK');
  });

  it('forgets what was typed when it is discarded', async () => {
    const general = await goTo(stage.page, 'General');
    const field = general.getByLabel(definitionOf('quota.octets').label, { exact: true });
    await field.fill('77');
    await stage.page.getByRole('button', { name: 'Cancel', exact: true }).click();
    expect(await field.inputValue()).toBe('0');
  });

  it('says where the data is, so that people find what to back up', async () => {
    const general = await goTo(stage.page, 'General');
    const folder = general.getByLabel('Data folder', { exact: true });
    expect(await folder.inputValue()).toBe(stage.server.data);
  });
});

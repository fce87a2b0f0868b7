import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { beforeAll, expect, it } from 'vitest';
import { describeWindow, ok, openSheet, type Stage } from './stage.ts';

describeWindow('the Encryption tab', (stage) => {
  let files: Readonly<Record<'certificate' | 'key' | 'otherKey', string>>;
  beforeAll(async () => {
    const [office, other] = [await makePair('mail.office.example'), await makePair('other.example')];
    files = {
      certificate: await write(stage, 'office.crt', office.cert),
      key: await write(stage, 'office.key', office.private),
      otherKey: await write(stage, 'other.key', other.private),
    };
  });

  it('refuses a key that belongs to another certificate, at the field of the key, and keeps the present pair', async () => {
    const before = await presented(stage);
    const sheet = await openSheet(stage.page, 'Encryption');
    await sheet.getByRole('button', { name: 'Import…' }).click();
    const dialog = stage.page.getByRole('dialog', { name: 'Import Certificate' });
    await dialog.getByLabel('Certificate file', { exact: true }).setInputFiles(files.certificate);
    await dialog.getByLabel('Key file', { exact: true }).setInputFiles(files.otherKey);
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await dialog.getByRole('alert').waitFor();
    expect(await dialog.getByLabel('Key file', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    expect(await dialog.getByRole('alert').innerText()).toMatch(/does not belong to the certificate/);
    expect((await presented(stage)).fingerprint256).toBe(before.fingerprint256);

    await dialog.getByLabel('Key file', { exact: true }).setInputFiles(files.key);
    await expect.poll(() => dialog.getByRole('alert').count(), { message: 'what was said of the other file' }).toBe(0);
    await ok(dialog, 'Import');
    await sheet.getByText('mail.office.example').first().waitFor();
    expect((await presented(stage)).subject.CN).toBe('mail.office.example');
    await sheet.getByRole('button', { name: 'Cancel' }).click();
  });

  it('makes a new self-signed certificate after a question, and shows the fingerprint that clients see', async () => {
    const before = await presented(stage);
    const sheet = await openSheet(stage.page, 'Encryption');
    await sheet.getByRole('button', { name: 'Renew self-signed…' }).click();
    await ok(stage.page.getByRole('dialog', { name: 'Renew Self-Signed Certificate' }), 'Renew');
    await sheet.getByText(/A new self-signed certificate was made/).waitFor();
    const { fingerprint256 } = await presented(stage);
    expect(fingerprint256).not.toBe(before.fingerprint256);
    await sheet.getByText(fingerprint256).waitFor();
    await sheet.getByRole('button', { name: 'Cancel' }).click();
  });
});

function makePair(name: string) {
  return generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  });
}

async function write({ server }: Stage, name: string, text: string): Promise<string> {
  const file = join(server.data, name);
  await writeFile(file, text);
  return file;
}

/** The certificate that a client meets now. */
function presented({ server }: Stage): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host: '127.0.0.1', port: server.tlsPort, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

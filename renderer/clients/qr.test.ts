import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { encode } from 'uqr';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClientsInfo } from '../../core/admin/contract.ts';
import PhoneCode from './PhoneCode.svelte';
import { valuesText } from './programs.ts';
import { quietZone } from './qr.ts';
import { thunderbirdQr } from './thunderbird-qr.ts';

afterEach(cleanup);

const info: ClientsInfo = {
  ...{
    host: 'imap.domain.example',
    domain: 'domain.example',
    userName: 'user@domain.example',
    addresses: [],
    srvRecords: [],
  },
  servers: [{ host: 'imap.domain.example', port: 993, encryption: 'tls' }],
  outgoing: { host: 'smtp.domain.example', port: 465, encryption: 'tls' },
  setups: [
    {
      ...{ client: 'phone', server: 'imap.domain.example', port: 993, encryption: 'SSL/TLS' },
      ...{ authentication: 'Password', userName: 'user@domain.example' },
    },
  ],
  setupUrl: 'imaps://user%40domain.example@imap.domain.example:993',
};

/** The modules that are painted, as a camera sees them: the quiet zone is among them. */
function painted(code: Element): boolean[][] {
  const size = Number(code.getAttribute('viewBox')?.split(' ')[2]);
  const modules = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const path = code.querySelector('path')?.getAttribute('d') ?? '';
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    modules[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
  }
  return modules;
}

const show = (program: 'iphone' | 'android', shown = info) =>
  render(PhoneCode, { program, info: shown, children: createRawSnippet(() => ({ render: () => '<p>values</p>' })) });

describe('the QR code', () => {
  it('holds what it says, module by module, with room around it and dark on light', () => {
    show('iphone');
    const code = screen.getByRole('img', { name: 'QR code: Any phone: the values as text' });
    expect(painted(code)).toEqual(encode(valuesText(info) ?? '', { ecc: 'L', boostEcc: true, border: quietZone }).data);
    expect(code.querySelector('rect')?.getAttribute('fill')).toBe('#ffffff');
    expect(code.querySelector('path')?.getAttribute('fill')).toBe('#000000');
  });

  it('is another one when another content is chosen, and says that few phones do something with it', async () => {
    show('iphone');
    await fireEvent.change(screen.getByRole('combobox', { name: 'QR code for' }), { target: { value: 'address' } });
    const code = screen.getByRole('img', { name: /imaps/ });
    expect(painted(code)).toEqual(encode(info.setupUrl ?? '', { ecc: 'L', boostEcc: true, border: quietZone }).data);
    expect(screen.getByText(/an iPhone does nothing with it/)).toBeTruthy();
  });

  it('sets up the whole account where the phone has an app that reads one', () => {
    show('android');
    expect(screen.getByRole('img', { name: /Thunderbird for Android/ })).toBeTruthy();
    cleanup();
    show('android', { ...info, outgoing: undefined });
    expect(screen.getByRole('img', { name: /values as text/ })).toBeTruthy();
  });
});

describe('the account for Thunderbird for Android', () => {
  it('is in its published format', () => {
    expect(thunderbirdQr(info)).toBe(
      '[1,[1,1],[0,"imap.domain.example",993,3,1,"user@domain.example"],[[[0,"smtp.domain.example",465,3,1,"user@domain.example"],["user@domain.example","user@domain.example"]]]]',
    );
  });

  it('has an address though the user logs in without one, and STARTTLS where there is no TLS', () => {
    const starttls = { host: 'imap.domain.example', port: 143, encryption: 'starttls' } as const;
    const account = JSON.parse(thunderbirdQr({ ...info, userName: 'karen', servers: [starttls] }) ?? '');
    expect(account[2]).toEqual([0, 'imap.domain.example', 143, 2, 1, 'karen']);
    expect(account[3][0][1][0]).toBe('karen@domain.example');
  });

  it('is not made of what the app would refuse', () => {
    expect(thunderbirdQr({ ...info, outgoing: undefined })).toBeUndefined();
    expect(thunderbirdQr({ ...info, userName: 'karen', domain: undefined })).toBeUndefined();
    expect(thunderbirdQr({ ...info, userName: 'jürgen' })).toBeUndefined();
    expect(thunderbirdQr({ ...info, servers: [] })).toBeUndefined();
  });
});

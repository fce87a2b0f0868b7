import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AccessRule, AuthorityInfo, CertificateInfo, LimitsStatus } from '../../core/admin/contract.ts';
import { accessRulesFromOldText } from '../../core/settings/access-rule-import.ts';
import { verdictOf } from '../../core/settings/access-verdict.ts';
import { definitionOf, type SettingKey, settingKeys } from '../../core/settings/schema.ts';
import { type Answers, CallFails, FakeAdmin } from '../api/fake-admin.ts';
import Imap4Sheet from './Imap4Sheet.svelte';
import { advancedGroups } from './imap4-pages.ts';

const failed = 'imap4.advanced.maxFailedLogins';
const rulesKey = 'imap4.access.rules';

afterEach(cleanup);

describe('the sheet "IMAP4 Server"', () => {
  it('sends exactly what was changed, on Apply and not before', async () => {
    const { admin, onClose } = await opened('Advanced');
    await type(number(failed), '5');
    await fireEvent.click(box('imap4.advanced.supportIdle'));
    expect(admin.sentArgs('settings.set')).toEqual([]);
    await press('Apply');
    expect(admin.sentArgs('settings.set')).toEqual([
      {
        values: { [failed]: 5, 'imap4.advanced.supportIdle': false },
        expected: { [failed]: 3, 'imap4.advanced.supportIdle': true },
      },
    ]);
    expect(onClose).not.toHaveBeenCalled();
    await waitFor(() => expect(button('Apply')).toHaveProperty('disabled', true));
  });

  it('applies the changes of all tabs with OK, and closes', async () => {
    const { admin, onClose } = await opened('Advanced');
    await type(number(failed), '5');
    await showTab('General');
    await type(number('imap4.general.autoLogout'), '45');
    await press('OK');
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
    expect([admin.setting(failed), admin.setting('imap4.general.autoLogout')]).toEqual([5, 45]);
  });

  it('gives a setting its default back from Help, on Apply and not before', async () => {
    const { admin } = await opened('Advanced');
    admin.changeElsewhere(failed, 9);
    await waitFor(() => expect(number(failed).value).toBe('9'));
    await press('Help');
    await press(`Set "${definitionOf(failed).label}" back to its default`);
    await press('Close');
    expect([number(failed).value, admin.setting(failed)]).toEqual(['3', 9]);
    await press('Apply');
    expect(admin.setting(failed)).toBe(3);
  });

  it('sends nothing on Cancel', async () => {
    const { admin, onClose } = await opened('Advanced');
    await type(number(failed), '5');
    await press('Cancel');
    expect(onClose).toHaveBeenCalledOnce();
    expect(admin.sentArgs('settings.set')).toEqual([]);
  });

  it('says beside an invalid field why, and keeps OK and Apply disabled, on every tab', async () => {
    await opened('Advanced');
    await type(number(failed), '101');
    expect(described(number(failed))).toContain('Must be a whole number from 0 to 100, where 0 means no limit');
    await showTab('General');
    expect([button('OK'), button('Apply')].map(({ disabled }) => disabled)).toEqual([true, true]);
    expect(screen.getByText(/Cannot be applied yet/).textContent).toContain('Max failed login attempts');
    await showTab('Advanced');
    await type(number(failed), '100');
    expect([button('OK'), button('Apply')].map(({ disabled }) => disabled)).toEqual([false, false]);
  });

  it('shows a value changed elsewhere beside the edited one, and lets the user choose', async () => {
    const { admin } = await opened('Advanced');
    await type(number(failed), '5');
    admin.changeElsewhere(failed, 9);
    expect(await screen.findByText(/It is now: 9\./)).toBeTruthy();
    expect([number(failed).value, button('Apply').disabled]).toEqual(['5', true]);
    await press('Take that value');
    expect([number(failed).value, screen.queryByText(/It is now: 9\./)]).toEqual(['9', null]);
  });

  it('says that the server does not answer, keeps what was edited, and applies it when it does', async () => {
    const { admin, onClose } = await opened('Advanced');
    await type(number(failed), '5');
    admin.reachable = false;
    await press('OK');
    expect(await screen.findByText('The server does not answer.')).toBeTruthy();
    expect([onClose.mock.calls.length, number(failed).value]).toEqual([0, '5']);
    admin.reachable = true;
    await press('OK');
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
    expect(admin.setting(failed)).toBe(5);
  });
});

describe('a sheet that is opened', () => {
  it('for a setting shows its page and has the focus in its field', async () => {
    render(Imap4Sheet, { admin: new FakeAdmin(serverAnswers), onClose: vi.fn(), setting: failed });
    await waitFor(() => expect(document.activeElement).toBe(number(failed)));
  });

  it('while the server does not answer lets nothing be edited, says why, and reads the settings on request', async () => {
    const admin = new FakeAdmin(serverAnswers);
    admin.reachable = false;
    render(Imap4Sheet, { admin, onClose: vi.fn() });
    expect(await screen.findByText('The server does not answer.')).toBeTruthy();
    expect(screen.queryByRole('textbox')).toBeNull();
    admin.reachable = true;
    await press('Try again');
    expect(screen.getByLabelText<HTMLInputElement>('Service Name').value).toBe('Mailroom IMAP4');
  });
});

describe('help', () => {
  it('explains all settings of the page in the schema’s words, the one that was entered first', async () => {
    await opened('Advanced');
    await fireEvent.focusIn(number(failed));
    await press('Help');
    const dialog = screen.getByRole('dialog', { name: 'Help' });
    const terms = within(dialog).getAllByRole('term');
    expect(terms.map(({ textContent }) => textContent).slice(0, 2)).toEqual([
      'Max failed login attempts',
      'Fake access to inaccessible mailboxes',
    ]);
    expect(terms.length).toBe(settingKeys.filter((key) => key.startsWith('imap4.advanced.')).length);
    const text = within(dialog).getAllByRole('definition')[0]?.textContent;
    expect(text).toContain(definitionOf(failed).help);
    expect(text).toContain('a whole number from 0 to 100; 0 means no limit. By default: 3.');
  });
});

describe('the Advanced tab', () => {
  it('shows its options in their order under the schema’s labels', async () => {
    await opened('Advanced');
    const controls = advancedGroups.flatMap(({ settings }) =>
      settings.map(({ setting }) => screen.getByLabelText(startOf(definitionOf(setting).label))),
    );
    const inPage = controls.toSorted((one, other) =>
      one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
    );
    expect(inPage).toEqual(controls);
  });

  it('says what a client will see with the value as it is edited', async () => {
    await opened('Advanced');
    expect(screen.getByText(/New mail appears at once/)).toBeTruthy();
    await fireEvent.click(box('imap4.advanced.supportIdle'));
    expect(screen.getByText(/New mail appears when the client next asks/)).toBeTruthy();
  });

  it('shows the present and the highest use beside the limits, and warns of a limit below it', async () => {
    const { admin } = await opened('Advanced');
    expect(await screen.findByText(/most is 6 \(karen\).*7 days was 18 \(bob/)).toBeTruthy();
    expect(screen.queryByText(/would be refused/)).toBeNull();
    await type(number('imap4.advanced.concurrentLoginsPerUser'), '10');
    expect(screen.getByText(/With a limit of 10.*\(18\) would be refused/)).toBeTruthy();
    expect(admin.sentArgs('settings.set')).toEqual([]);
  });

  it('lets a list be typed with commas, and refuses what is no network', async () => {
    const { admin } = await opened('Advanced');
    const field = screen.getByLabelText(startOf('Addresses exempt from the limits')) as HTMLInputElement;
    await type(field, '10.0.0.5,');
    expect([field.value, button('Apply').disabled]).toEqual(['10.0.0.5,', true]);
    await type(field, '10.0.0.5,192.168.1.0/24');
    await press('Apply');
    expect(admin.setting('imap4.advanced.limitExemptAddresses')).toEqual(['10.0.0.5', '192.168.1.0/24']);
  });
});

describe('the IP Access Restrictions tab', () => {
  const rules: readonly AccessRule[] = [
    { restrict: 'deny', type: 'ipv4', address: '192.168.17.0', prefix: 24, users: ['karen'] },
    { restrict: 'allow', type: 'local', address: '', prefix: 0, users: [] },
    { restrict: 'deny', type: 'any', address: '', prefix: 0, users: [] },
  ];

  it('moves lines up and down, and the selection with them', async () => {
    const { admin } = await opened('IP Access Restrictions', { rules });
    await select('Local Networks');
    await press('Move up');
    await press('Apply');
    expect(admin.setting(rulesKey)).toEqual([rules[1], rules[0], rules[2]]);
    await press('Move down');
    await press('Move down');
    expect(button('Move down').disabled).toBe(true);
    await press('Apply');
    expect(admin.setting(rulesKey)).toEqual([rules[0], rules[2], rules[1]]);
  });

  it('edits a line and says in which line and field something is wrong', async () => {
    const { admin } = await opened('IP Access Restrictions', { rules });
    await select('192.168.17.0');
    const prefix = screen.getByLabelText(startOf('Prefix')) as HTMLInputElement;
    await type(prefix, '33');
    expect(screen.getByText(/Line 1: Must be a whole number from 0 to 32/)).toBeTruthy();
    expect(button('Apply').disabled).toBe(true);
    await type(prefix, '16');
    await type(screen.getByLabelText(startOf('Users')), 'karen, bob');
    await press('Apply');
    expect(admin.setting(rulesKey)[0]).toEqual({ ...rules[0], prefix: 16, users: ['karen', 'bob'] });
  });

  it('names the line that an address would meet, in the lines as they are edited', async () => {
    const { admin } = await opened('IP Access Restrictions', { rules });
    await select('192.168.17.0');
    await press('Remove');
    await type(screen.getByLabelText(startOf('Address to test')), '192.168.1.7');
    await type(screen.getByLabelText(startOf('User to test')), 'karen');
    await press('Test');
    expect(await screen.findByText('Allowed. Line 1 decides: allow local.')).toBeTruthy();
    await type(screen.getByLabelText(startOf('Address to test')), '203.0.113.9');
    await press('Test');
    expect(await screen.findByText('Refused. Line 2 decides: deny any.')).toBeTruthy();
    await press('Add');
    expect(screen.queryByText(/decides/)).toBeNull();
    expect(admin.sentArgs('settings.set')).toEqual([]);
    expect(admin.setting(rulesKey)).toEqual(rules);
  });

  it('fills in the default for the LAN without applying it', async () => {
    const { admin } = await opened('IP Access Restrictions');
    await press('Default for your LAN');
    await waitFor(() => expect(button('Apply').disabled).toBe(false));
    expect(admin.setting(rulesKey)).toEqual([]);
    await press('Apply');
    expect(admin.setting(rulesKey)).toEqual(rules.slice(1));
  });

  it('reads the old text form into the grid, and says which of its lines is wrong', async () => {
    const { admin } = await opened('IP Access Restrictions', { rules });
    await press('Import…');
    const dialog = screen.getByRole('dialog', { name: 'Import IP Access Restrictions' });
    const field = within(dialog).getByLabelText('Lines');
    await type(field, 'nonsense');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Add below' }));
    expect(await within(dialog).findByText(/^Line 1: "nonsense" is no address\./)).toBeTruthy();
    await type(field, '192.168.9.9');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Add below' }));
    await waitFor(() => expect(screen.queryByRole('dialog', { name: 'Import IP Access Restrictions' })).toBeNull());
    await press('Apply');
    expect(admin.setting(rulesKey)).toEqual([...rules, line]);
  });
});

describe('the General tab', () => {
  it('adds, changes and removes listeners', async () => {
    const { admin } = await opened('General');
    await press('Add listener');
    await type(screen.getByLabelText(startOf('Port')), '143');
    expect(button('Apply').disabled).toBe(true);
    await type(screen.getByLabelText(startOf('Port')), '2143');
    await select('993');
    await press('Remove listener');
    await press('Apply');
    expect(admin.setting('imap4.general.bindings').map(({ port }) => port)).toEqual([143, 2143]);
  });
});

describe('the Encryption tab', () => {
  it('shows the certificate with the warning that it ends', async () => {
    await opened('Encryption');
    expect(await screen.findByText('CN=mail.example.org')).toBeTruthy();
    expect(screen.getByText('It ends in 3 days. Renew it.')).toBeTruthy();
  });

  it('imports the files that were chosen, and shows the server’s reason at the field it is about', async () => {
    let key = 'wrong';
    const { admin } = await opened('Encryption', {
      answers: {
        'certificate.import': (args) => {
          if (args.key !== key) throw new CallFails('invalid', 'That key does not belong to it.', 'key');
          return certificate;
        },
      },
    });
    await press('Import…');
    const dialog = screen.getByRole('dialog', { name: 'Import Certificate' });
    const confirm = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Import' });
    await choose(within(dialog).getByLabelText('Certificate file'), 'CERTIFICATE');
    expect(confirm.disabled).toBe(true);
    await choose(within(dialog).getByLabelText('Key file'), 'KEY');
    await waitFor(() => expect(confirm.disabled).toBe(false));
    await fireEvent.click(confirm);
    await waitFor(() =>
      expect(described(within(dialog).getByLabelText('Key file'))).toContain('That key does not belong to it.'),
    );
    key = 'KEY';
    await fireEvent.click(confirm);
    expect(await screen.findByText(/The certificate was imported/)).toBeTruthy();
    expect(admin.sentArgs('certificate.import').at(-1)).toEqual({ certificate: 'CERTIFICATE', key: 'KEY' });
  });

  it('makes a self-signed certificate anew only when that was confirmed', async () => {
    const { admin } = await opened('Encryption');
    await press('Renew self-signed…');
    await press('Cancel', await screen.findByRole('dialog', { name: 'Renew Self-Signed Certificate' }));
    expect(admin.sentArgs('certificate.renewSelfSigned')).toEqual([]);
    await press('Renew self-signed…');
    await press('Renew');
    expect(await screen.findByText(/A new self-signed certificate was made/)).toBeTruthy();
    expect(admin.sentArgs('certificate.renewSelfSigned')).toEqual([{}]);
  });

  it('uses a certificate of the own authority when that was confirmed, and saves its root for computers and phones', async () => {
    const saved: Blob[] = [];
    vi.stubGlobal('URL', {
      createObjectURL: (blob: Blob) => `blob:${saved.push(blob)}`,
      revokeObjectURL: () => {},
    });
    onTestFinished(() => void vi.unstubAllGlobals());
    const names: string[] = [];
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      names.push(this.download);
    });
    onTestFinished(() => click.mockRestore());
    let made = false;
    const answers: Answers = {
      'certificate.get': () => ({ ...certificate, ownAuthority: made }),
      'certificate.authority': () => (made ? { authority } : {}),
      'certificate.issue': () => {
        made = true;
        return certificate;
      },
    };
    const { admin } = await opened('Encryption', { answers });
    expect(screen.queryByText('Save the root certificate…')).toBeNull();
    await press('Use a certificate of your own authority…');
    expect(admin.sentArgs('certificate.issue')).toEqual([]);
    await press('Use it');
    expect(await screen.findByText(/was issued by your own authority/)).toBeTruthy();
    await screen.findByText('CN=Mailroom of karen-pc');
    expect(screen.queryByText('Use a certificate of your own authority…')).toBeNull();
    await press('Save the root certificate…');
    await press('Save it for iPhone and Mac…');
    expect(names).toEqual(['mailroom-root.crt', 'mailroom-root.mobileconfig']);
    expect(await Promise.all(saved.map((blob) => blob.text()))).toEqual(['the root', 'the profile']);
  });
});

const authority: AuthorityInfo = {
  ...{ subject: 'CN=Mailroom of karen-pc', validFrom: 0, validTo: 86_400_000, fingerprint: 'CC:DD' },
  ...{ permitted: ['karen-pc', '10.0.0.0/8'], certificate: 'the root', profile: 'the profile' },
};

const localNetworks = { contains: (address: string) => address.startsWith('192.168.') };

const line: AccessRule = { restrict: 'allow', type: 'ipv4', address: '192.168.9.9', prefix: 32, users: [] };

const certificate: CertificateInfo = {
  subject: 'CN=mail.example.org',
  issuer: 'CN=Example CA',
  names: ['mail.example.org'],
  validFrom: 0,
  validTo: 86_400_000,
  selfSigned: false,
  ownAuthority: false,
  fingerprint: 'AA:BB',
  warning: 'It ends in 3 days. Renew it.',
};

const limits: LimitsStatus = {
  users: [
    { name: 'bob', sessions: 2, limit: 20 },
    { name: 'karen', sessions: 6, limit: 20 },
  ],
  addresses: [{ name: '192.168.1.7', sessions: 8, limit: 200 }],
  peaks: [{ hour: 3_600_000, user: 18, address: 30 }],
  userPeak: { name: 'bob', sessions: 18, at: 3_700_000 },
  addressPeak: { name: '192.168.1.7', sessions: 30, at: 3_700_000 },
};

const serverAnswers: Answers = {
  'limits.status': () => limits,
  'certificate.get': () => certificate,
  'certificate.authority': () => ({}),
  'certificate.renewSelfSigned': () => certificate,
  'accessRules.lanDefault': () => [
    { restrict: 'allow', type: 'local', address: '', prefix: 0, users: [] },
    { restrict: 'deny', type: 'any', address: '', prefix: 0, users: [] },
  ],
  'accessRules.test': ({ address, user, rules = [] }) => verdictOf(rules, address, user, localNetworks),
  'accessRules.fromText': ({ text }) => {
    try {
      return accessRulesFromOldText(text);
    } catch (error) {
      throw new CallFails('invalid', (error as Error).message, 'text');
    }
  },
};

interface Given {
  readonly rules?: readonly AccessRule[];
  readonly answers?: Answers;
}

async function opened(tab: string, { rules = [], answers = {} }: Given = {}) {
  const admin = new FakeAdmin({ ...serverAnswers, ...answers });
  if (rules.length > 0) admin.changeElsewhere(rulesKey, rules);
  const onClose = vi.fn();
  render(Imap4Sheet, { admin, onClose });
  await waitFor(() => expect(screen.queryByText(/Reading the settings/)).toBeNull());
  await showTab(tab);
  return { admin, onClose };
}

async function showTab(label: string) {
  await fireEvent.click(screen.getByRole('tab', { name: label }));
}

function button(name: string, within_: HTMLElement = document.body): HTMLButtonElement {
  return within(within_).getByRole<HTMLButtonElement>('button', { name });
}

async function press(name: string, within_?: HTMLElement) {
  await fireEvent.click(button(name, within_));
  await new Promise((resolve) => setTimeout(resolve));
}

function number(key: SettingKey): HTMLInputElement {
  return screen.getByLabelText(startOf(definitionOf(key).label));
}

function box(key: SettingKey): HTMLInputElement {
  return screen.getByRole('checkbox', { name: startOf(definitionOf(key).label) });
}

/** What a screen reader says of a field besides its name. */
function described(field: HTMLElement): string {
  const ids = (field.getAttribute('aria-describedby') ?? '').split(' ');
  return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
}

async function type(field: HTMLElement, value: string) {
  await fireEvent.input(field, { target: { value } });
}

async function choose(field: HTMLElement, content: string) {
  await fireEvent.change(field, { target: { files: [new File([content], 'file.pem')] } });
}

async function select(text: string) {
  await fireEvent.click(screen.getByRole('row', { name: new RegExp(RegExp.escape(text)) }));
}

/** Labels may be followed by a unit. */
function startOf(label: string): RegExp {
  return new RegExp(`^${RegExp.escape(label)}`);
}

import { type SettingKey, settingKeys } from '../../core/settings/schema.ts';

/** Beside which limit the highest use is shown, and of what. */
export type LimitKind = 'user' | 'address';

export interface AdvancedField {
  readonly setting: SettingKey;
  readonly use?: LimitKind;
}

export interface AdvancedGroup {
  /** Its label is under this name in the texts. */
  readonly id: 'options' | 'more';
  readonly settings: readonly AdvancedField[];
}

/** The Advanced tab (IMAP4-SERVICE: "Advanced tab"): the user's six options in his order, then ours. */
export const advancedGroups: readonly AdvancedGroup[] = [
  {
    id: 'options',
    settings: [
      { setting: 'imap4.advanced.fakeInaccessibleMailboxes' },
      { setting: 'imap4.advanced.keepDateAndFlagsOnCopy' },
      { setting: 'imap4.advanced.supportIdle' },
      { setting: 'imap4.advanced.maxFailedLogins' },
      { setting: 'imap4.advanced.concurrentLoginsPerUser', use: 'user' },
      { setting: 'imap4.advanced.concurrentLoginsPerAddress', use: 'address' },
    ],
  },
  {
    id: 'more',
    settings: [
      { setting: 'imap4.advanced.whenLimitReached' },
      { setting: 'imap4.advanced.limitExemptAddresses' },
      { setting: 'imap4.advanced.idleHeartbeat' },
    ],
  },
];

export type Imap4PageId = 'general' | 'encryption' | 'access' | 'advanced';

/** What Help explains on each page. The certificate is no setting; what decides when it is used is. */
export const helpSettings: Readonly<Record<Imap4PageId, readonly SettingKey[]>> = {
  general: settingKeys.filter((key) => key.startsWith('imap4.general.')),
  encryption: [
    'imap4.general.bindings',
    'imap4.general.requireEncryptedAuthentication',
    'imap4.general.exceptLoopback',
  ],
  access: ['imap4.access.rules'],
  advanced: advancedGroups.flatMap(({ settings }) => settings.map(({ setting }) => setting)),
};

/** On which page a setting is; undefined for one of another sheet. */
export function imap4PageOf(setting: string | undefined): Imap4PageId | undefined {
  const page = setting?.match(/^imap4\.(general|access|advanced)\./)?.[1];
  return page as Imap4PageId | undefined;
}

import type { SettingKey } from '../../core/settings/schema.ts';

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

/** The pages of the sheet, by the beginning of their settings' keys. */
export const pagePrefixes = {
  general: 'imap4.general.',
  access: 'imap4.access.',
  advanced: 'imap4.advanced.',
} as const;

import type { SettingKey, SettingValues } from '../../core/settings/schema.ts';

type Sentences = { readonly [Key in SettingKey]?: (value: SettingValues[Key]) => string };

/** What a mail client will see while a setting of the Advanced tab has this value, in plain words. */
const sentences: Sentences = {
  'imap4.advanced.fakeInaccessibleMailboxes': (on) =>
    on
      ? 'Clients see #users and #users/Karen as empty folders that open but cannot be written to.'
      : 'Clients see #users and #users/Karen as levels that cannot be opened; opening one is answered "does not exist".',
  'imap4.advanced.keepDateAndFlagsOnCopy': (on) =>
    on
      ? 'A copied or moved message keeps its date of arrival and stays read, answered or flagged as it was.'
      : 'A copied or moved message arrives as new: unread, without flags, dated at the moment of copying.',
  'imap4.advanced.supportIdle': (on) =>
    on
      ? 'New mail appears at once, without asking.'
      : 'New mail appears when the client next asks, in most programs every few minutes. IMAP4rev2 is not offered.',
  'imap4.advanced.maxFailedLogins': (count) =>
    count === 0
      ? 'A client may try wrong passwords for as long as it likes on one connection; lock-outs still hold.'
      : `After ${times(count, 'wrong login')} the connection ends with BYE; the client has to connect anew.`,
  'imap4.advanced.concurrentLoginsPerUser': (count) =>
    count === 0
      ? 'Every login of a user with the right password is let in, however many there are.'
      : `${ordinal(count + 1)} login of one user meets "When a limit is reached": "Too many concurrent logins for karen (${count} of ${count})".`,
  'imap4.advanced.concurrentLoginsPerAddress': (count) =>
    count === 0
      ? 'Every login with the right password is let in, however many come from one address.'
      : `${ordinal(count + 1)} login from one address meets "When a limit is reached": "Too many concurrent logins from 192.168.1.7 (${count} of ${count})".`,
  'imap4.advanced.whenLimitReached': (action) =>
    action === 'refuse'
      ? 'The new login is answered with the reason, which most programs show; sessions that are there go on.'
      : 'The new login is let in; the session that has been idle for longest ends with BYE, and its program usually connects again.',
  'imap4.advanced.limitExemptAddresses': (networks) =>
    networks.length === 0
      ? 'The two limits hold for all clients.'
      : `Clients at ${networks.join(', ')} never meet the two limits.`,
  'imap4.advanced.idleHeartbeat': (seconds) =>
    seconds === 0
      ? 'An idling client hears nothing until something changes; a router may forget the connection meanwhile.'
      : `An idling client hears "* OK Still here" every ${times(seconds, 'second')}.`,
};

/** Undefined for a setting that needs no more words than its help. */
export function whatClientsSee<Key extends SettingKey>(key: Key, value: SettingValues[Key]): string | undefined {
  return (sentences[key] as ((value: SettingValues[Key]) => string) | undefined)?.(value);
}

function times(count: number, thing: string): string {
  return count === 1 ? `1 ${thing}` : `${count} ${thing}s`;
}

const endings: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = { one: 'st', two: 'nd', few: 'rd' };

/** `The 21st` */
function ordinal(count: number): string {
  const rule = new Intl.PluralRules('en', { type: 'ordinal' }).select(count);
  return `The ${count}${endings[rule] ?? 'th'}`;
}

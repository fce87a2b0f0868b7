import type { Settings } from './store.ts';

const minute = 60_000;
type Values = Pick<Settings, 'get'>;

/** What the login limits obey (core/accounts/login-slots.ts), as the settings have it at the moment it is asked. */
export function loginSlotOptions(settings: Values) {
  return {
    get perUser() {
      return settings.get('imap4.advanced.concurrentLoginsPerUser');
    },
    get perAddress() {
      return settings.get('imap4.advanced.concurrentLoginsPerAddress');
    },
    get whenReached() {
      return settings.get('imap4.advanced.whenLimitReached');
    },
    get exempt() {
      return settings.get('imap4.advanced.limitExemptAddresses');
    },
  };
}

/** The same for the lock-outs (core/accounts/lock-outs.ts); times in milliseconds. */
export function lockOutOptions(settings: Values) {
  return {
    get wrongPasswords() {
      return settings.get('security.lockouts.wrongPasswords');
    },
    get lockTime() {
      return settings.get('security.lockouts.lockMinutes') * minute;
    },
    get addressFailures() {
      return settings.get('security.lockouts.addressFailures');
    },
    get window() {
      return settings.get('security.lockouts.windowMinutes') * minute;
    },
    get blockTime() {
      return settings.get('security.lockouts.blockMinutes') * minute;
    },
    get blockLocalNetworks() {
      return settings.get('security.lockouts.blockLocalNetworks');
    },
  };
}

import type { ImapOptions } from './imap/ports.ts';
import type { Settings } from './settings/store.ts';
import type { SharingOptions } from './sharing/ports.ts';

/**
 * The IMAP service's options as the settings have them at the moment they are asked.
 * @param allowPlaintext passwords are taken without TLS from anywhere, whatever the settings say
 */
export function imapOptions(settings: Settings, allowPlaintext: boolean): ImapOptions {
  const seconds = 1_000;
  const minutes = 60 * seconds;
  return {
    get serviceName() {
      return settings.get('imap4.general.serviceName');
    },
    get plaintextLogin() {
      if (allowPlaintext || !settings.get('imap4.general.requireEncryptedAuthentication')) return 'always';
      return settings.get('imap4.general.exceptLoopback') ? 'loopback' : 'never';
    },
    get appendLimit() {
      return settings.get('imap4.general.maxMessageSize') * 1024 * 1024;
    },
    get supportIdle() {
      return settings.get('imap4.advanced.supportIdle');
    },
    get idleHeartbeat() {
      return settings.get('imap4.advanced.idleHeartbeat') * seconds;
    },
    get maxFailedLogins() {
      return settings.get('imap4.advanced.maxFailedLogins');
    },
    get autoLogout() {
      return settings.get('imap4.general.autoLogout') * minutes;
    },
    get bandwidth() {
      return settings.get('imap4.general.bandwidthLimit') * 1024;
    },
  };
}

/** The same for what sharing obeys. */
export function sharingOptions(settings: Settings): SharingOptions {
  return {
    get fakeInaccessibleMailboxes() {
      return settings.get('imap4.advanced.fakeInaccessibleMailboxes');
    },
    get keepDateAndFlagsOnCopy() {
      return settings.get('imap4.advanced.keepDateAndFlagsOnCopy');
    },
  };
}

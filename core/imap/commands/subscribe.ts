import { Refused } from '../../base/errors.ts';
import { SEPARATOR } from '../../mail/special-use.ts';
import type { Command } from './command.ts';
import { expectMailboxName, spelledBy } from './mailbox-argument.ts';

/** SUBSCRIBE (RFC 9051 section 6.3.7): also to what does not exist, yet or any more. */
export const subscribe: Command<string> = {
  name: 'SUBSCRIBE',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  parse(reader, { utf8 }) {
    const name = expectMailboxName(reader, utf8);
    reader.expectEnd();
    return name;
  },
  async run(session, name) {
    refuseImpossible(name);
    await session.account.setSubscribed(spelledBy(session.account, name), true);
    return { text: 'Subscribed' };
  },
};

/** UNSUBSCRIBE (RFC 9051 section 6.3.8): OK also when there was no subscription. */
export const unsubscribe: Command<string> = {
  ...subscribe,
  name: 'UNSUBSCRIBE',
  async run(session, name) {
    await session.account.setSubscribed(spelledBy(session.account, name), false);
    return { text: 'Unsubscribed' };
  },
};

/**
 * A subscription that no mailbox can ever have would stay in every LSUB for nothing.
 * @throws Refused CANNOT.
 */
function refuseImpossible(name: string): void {
  const hasEmptyLevel = name.split(SEPARATOR).includes('');
  if (hasEmptyLevel || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)) throw new Refused('CANNOT', 'No mailbox can have that name');
}

import { Refused } from '../../base/errors.ts';
import { SEPARATOR } from '../../mail/special-use.ts';
import { INBOX, type MailboxArgument } from './mailbox-argument.ts';
import { isNamespaced } from './namespaces.ts';

/**
 * The name that a client gives to a mailbox which it creates or renames. What else a name must be, the store says.
 * @throws Refused ALREADYEXISTS (INBOX), CANNOT.
 */
export function newMailbox({ name, supplied }: MailboxArgument): MailboxArgument {
  const bare = withoutTrailingSeparator(name);
  // RFC 9051 6.3.4, 6.3.6
  if (bare === INBOX) throw new Refused('ALREADYEXISTS', 'Everybody has an INBOX already');
  if (bare === '') throw new Refused('CANNOT', 'A mailbox needs a name');
  // RFC 9051 section 5.1.2.1: such names belong to namespaces, and who may make mailboxes there is decided there
  if (bare.startsWith('#') && !isNamespaced(bare)) {
    throw new Refused('CANNOT', 'Names beginning with # are reserved; begin with another character');
  }
  return { name: bare, supplied: withoutTrailingSeparator(supplied) };
}

/** RFC 9051 6.3.4: it declares that there will be mailboxes below, which needs no declaration here. */
function withoutTrailingSeparator(name: string): string {
  return name.endsWith(SEPARATOR) ? name.slice(0, -SEPARATOR.length) : name;
}

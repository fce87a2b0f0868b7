import { isHostName } from '../settings/host-name.ts';

/** A mail address in its two parts. */
export interface EmailParts {
  readonly localPart: string;
  readonly domain: string;
}

/** Undefined for what is none: addresses in quotes or with comments are nobody's who sets up a mail program. */
export function emailParts(text: string): EmailParts | undefined {
  const at = text.lastIndexOf('@');
  const localPart = text.slice(0, Math.max(at, 0));
  const domain = text.slice(at + 1);
  // RFC 5321 section 4.5.3.1: 64 octets before the @.
  if (!/^[^\s\p{C}"(),:;<>@[\\\]]{1,64}$/u.test(localPart) || !isHostName(domain)) return undefined;
  return { localPart, domain: domain.toLowerCase() };
}

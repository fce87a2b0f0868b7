import { settingLimits } from '../base/limits.ts';

/**
 * Whether the text is an address where updates may come from: over TLS, since what comes from there is installed. Without
 * TLS only from this computer itself, for trying a feed out. No password in it: settings are read by many.
 */
export function isUpdateFeed(text: string): boolean {
  if (text.length > settingLimits.updateFeed || /\s/.test(text)) return false;
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname));
}

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

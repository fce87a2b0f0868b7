import { networkInterfaces } from 'node:os';
import { machineAddresses } from './base/local-networks.ts';
import type { Settings } from './settings/store.ts';

/**
 * Names and addresses by which mail programs may reach this server, beside what the computer is called: what the settings
 * tell them, what they ask for automatic settings, and its addresses, which people type where a name is not found.
 */
export function reachableNames(settings: Pick<Settings, 'get'>): readonly string[] {
  const domain = settings.get('clients.mailDomain');
  const automatic = domain === '' ? [] : [`autoconfig.${domain}`, `autodiscover.${domain}`, domain];
  const names = [settings.get('clients.serverName'), ...automatic].filter((name) => name !== '');
  return [...names, ...machineAddresses(networkInterfaces())];
}

import { type SettingKey, settingKeys } from '../../core/settings/schema.ts';
import { automaticText } from '../text/clients.ts';

/** The settings of the tab "Automatic settings", group by group. */
export const clientPageSettings: readonly {
  readonly id: 'told' | 'outgoing' | 'answering';
  readonly label: string;
  readonly settings: readonly SettingKey[];
}[] = [
  {
    id: 'told',
    label: automaticText.told,
    settings: ['clients.serverName', 'clients.mailDomain', 'clients.loginName'],
  },
  {
    id: 'outgoing',
    label: automaticText.outgoing,
    settings: ['clients.outgoing.host', 'clients.outgoing.port', 'clients.outgoing.encryption'],
  },
  {
    id: 'answering',
    label: automaticText.answering,
    settings: [
      'clients.autoconfig.enabled',
      'clients.autoconfig.address',
      'clients.autoconfig.port',
      'clients.autoconfig.tlsPort',
    ],
  },
];

/** All settings of the sheet. */
export const clientSettings: readonly SettingKey[] = settingKeys.filter((key) => key.startsWith('clients.'));

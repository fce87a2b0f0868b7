import { type AccessRule, accessRulesSchema } from '../access-rule.ts';
import { accessRulesText } from '../access-rule-text.ts';
import { setting } from '../setting.ts';

/** IMAP4 Server, the IP Access Restrictions tab. */
export const imap4Access = {
  'imap4.access.rules': setting<readonly AccessRule[]>({
    schema: accessRulesSchema,
    default: [],
    label: 'IP Access Restrictions',
    help: 'The first line that fits an address decides. No lines: everybody may connect. With lines, what none of them allows is refused. A line with users is looked at when one of them logs in.',
    range:
      'up to 1000 lines "allow|deny any|local|NETWORK [USER ...]" with commas between, such as allow local, deny 192.168.17.0/24 karen, allow any karen bob',
    text: accessRulesText,
    needsListenerRestart: false,
  }),
} as const;

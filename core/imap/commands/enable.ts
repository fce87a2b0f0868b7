import type { Feature, Session } from '../session/session.ts';
import type { Command } from './command.ts';

/** ENABLE (RFC 9051 section 6.3.1, RFC 5161): what is not known is passed over. */
export const enable: Command<readonly string[]> = {
  name: 'ENABLE',
  // RFC 5161 section 3.1: only before a mailbox is selected
  states: ['authenticated'],
  mayExpunge: true,
  capabilities: () => ['ENABLE'],
  parse(reader) {
    const names: string[] = [];
    do {
      reader.expectSpace();
      names.push(reader.expectAtom('a capability').toUpperCase());
    } while (!reader.end());
    return names;
  },
  run(session, names) {
    const enabled = features(session).filter((feature) => names.includes(feature.toUpperCase()));
    for (const feature of enabled) session.enabled.add(feature);
    session.writer.untagged(['ENABLED', ...enabled].join(' '));
    return { text: 'Enabled' };
  },
};

function features({ options }: Session): readonly Feature[] {
  return options.supportIdle ? ['IMAP4rev2', 'CONDSTORE'] : ['CONDSTORE'];
}

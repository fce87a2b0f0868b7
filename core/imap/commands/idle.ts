import { Malformed } from '../../base/errors.ts';
import type { Command } from './command.ts';

/** IDLE (RFC 9051 section 6.3.13, RFC 2177): changes are told the moment they are published. */
export const idle: Command<void> = {
  name: 'IDLE',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  isWaiting: true,
  capabilities: () => ['IDLE'],
  enabled: ({ options }) => options.supportIdle,
  parse: (reader) => reader.expectEnd(),
  async run(session) {
    session.writer.text('+ idling\r\n');
    session.reportChanges(true);
    session.idling = true;
    try {
      const line = await session.transport.nextLine();
      if (!/^done$/i.test(Buffer.from(line).toString('latin1'))) throw new Malformed('Expected DONE');
    } finally {
      session.idling = false;
    }
    return { text: 'Idle ended' };
  },
};

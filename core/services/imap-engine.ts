import type { Listener } from '../imap/listener.ts';
import type { ImapService } from '../imap/service.ts';
import type { Binding } from '../settings/binding.ts';
import type { Engine } from './listening-service.ts';

/** The IMAP service with the places as the settings name them. */
export function imapEngine(imap: ImapService): Engine<Listener> {
  return {
    listen: ({ address, port, encryption }: Binding) =>
      imap.listen({
        host: address === '*' ? undefined : address,
        port,
        implicitTls: encryption === 'tls',
        tlsRequired: encryption === 'starttlsRequired',
      }),
    closeListener: (listener, text) => imap.closeListener(listener, text),
    endAll: (text) => imap.endAll(text),
  };
}

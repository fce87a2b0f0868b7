import { clientSetups, setupUrl, userNameFor } from '../../clients/setup.ts';
import { srvRecords } from '../../clients/srv-records.ts';
import type { AdminDependencies } from '../dependencies.ts';
import type { HandlersOf } from '../handlers.ts';

/** What people need to set up their mail programs. Users are not looked up: a name is only written where it belongs. */
export function clientCalls({
  clients,
  certificate,
}: Pick<AdminDependencies, 'clients' | 'certificate'>): HandlersOf<'clients'> {
  return {
    'clients.info': ({ user }) => {
      const { host, domain, incoming, outgoing, loginName } = clients.facts();
      const userName = user === undefined ? undefined : userNameFor(user, domain, loginName);
      const [best] = incoming;
      return {
        ...{ host, domain, userName, servers: incoming, outgoing, addresses: clients.addresses() },
        setups: clientSetups(incoming, userName, certificate.info.selfSigned),
        srvRecords: srvRecords(domain, incoming),
        setupUrl: best === undefined ? undefined : setupUrl(best, userName),
      };
    },
  };
}

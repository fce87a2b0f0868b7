import type { SessionInfo } from '../../core/admin/contract.ts';
import { ago, duration, octetsText } from '../text/format.ts';
import { statusText } from '../text/status.ts';
import { clientName } from './client-name.ts';

const { columns: names, states, nobody, plain, orders } = statusText.sessions;

export type SessionOrder = keyof typeof orders;

type Compare = (one: SessionInfo, other: SessionInfo) => number;

/** Which sessions come first, where not all can be shown. */
export const sessionOrders: Readonly<Record<SessionOrder, Compare>> = {
  user: (one, other) => (one.user ?? '').localeCompare(other.user ?? '') || one.id - other.id,
  idle: (one, other) => one.lastActivityAt - other.lastActivityAt,
  newest: (one, other) => other.connectedAt - one.connectedAt,
  out: (one, other) => other.octetsOut - one.octetsOut,
  in: (one, other) => other.octetsIn - one.octetsIn,
};

/** What the filter looks at. */
export function sessionText({ user, address, clientId, mailbox, state, tls }: SessionInfo): string {
  return [user ?? nobody, address, clientId, clientName(clientId ?? ''), mailbox, states[state], tls ?? plain].join(
    '\n',
  );
}

/** The columns of the list of sessions. */
export function sessionColumns(now: () => number) {
  return [
    { id: 'user', label: names.user, value: ({ user }: SessionInfo) => user ?? nobody },
    { id: 'address', label: names.address, value: ({ address }: SessionInfo) => address },
    { id: 'client', label: names.client, value: ({ clientId }: SessionInfo) => clientName(clientId ?? '') },
    { id: 'tls', label: names.tls, value: ({ tls }: SessionInfo) => tls ?? plain },
    { id: 'state', label: names.state, value: ({ state }: SessionInfo) => states[state] },
    { id: 'mailbox', label: names.mailbox, value: ({ mailbox }: SessionInfo) => mailbox ?? '' },
    { id: 'idle', label: names.idle, value: (row: SessionInfo) => idleMinutes(row, now()), numeric: true },
    { id: 'in', label: names.in, value: ({ octetsIn }: SessionInfo) => kilobytes(octetsIn), numeric: true },
    { id: 'out', label: names.out, value: ({ octetsOut }: SessionInfo) => kilobytes(octetsOut), numeric: true },
    { id: 'command', label: names.command, value: ({ lastCommand }: SessionInfo) => lastCommand ?? '' },
  ];
}

/** One session in a sentence or two. */
export function sessionDetails(session: SessionInfo, now: number): string {
  return statusText.sessions.details(
    session.user ?? nobody,
    ago(session.connectedAt, now),
    duration(Math.max(0, now - session.lastActivityAt)),
    octetsText(session.octetsIn),
    octetsText(session.octetsOut),
  );
}

/** Numbers, not words: the list sorts by what it shows. */
function idleMinutes({ lastActivityAt }: SessionInfo, now: number): number {
  return Math.max(0, Math.floor((now - lastActivityAt) / 60_000));
}

function kilobytes(octets: number): number {
  return Math.round(octets / 100) / 10;
}

import { UserError } from '../base/errors.ts';
import type { ListenerPlace, MailServer } from '../server.ts';
import type { Binding } from '../settings/binding.ts';

/** What the command line says about where to listen; undefined leaves it to the settings. */
export interface ListenOptions {
  readonly host?: string | undefined;
  readonly imapPort?: number | undefined;
  readonly imapsPort?: number | undefined;
}

/** A listener that is wanted. */
export interface WantedListener extends ListenerPlace {
  /** Bound instead when the port cannot be had; only for the ports nobody chose. */
  readonly insteadPort: number | undefined;
}

/** A listener that is there. */
export type Listener = ListenerPlace;

/** Ports below 1024 need rights on many systems, and other mail servers hold them (RFC 8314 section 3 names them). */
const insteadOf: ReadonlyMap<number, number> = new Map([
  [143, 1143],
  [993, 1993],
]);

/** The settings' bindings with what the command line changes about them. */
export function wantedListeners(bindings: readonly Binding[], options: ListenOptions): WantedListener[] {
  const kinds = [
    {
      mine: bindings.filter(({ encryption }) => encryption !== 'tls'),
      port: options.imapPort,
      encryption: 'starttls' as const,
    },
    {
      mine: bindings.filter(({ encryption }) => encryption === 'tls'),
      port: options.imapsPort,
      encryption: 'tls' as const,
    },
  ];
  return kinds.flatMap(({ mine, port, encryption }) => {
    const basis = mine.length === 0 && port !== undefined ? [{ address: '*', port, encryption }] : mine;
    const wanted = basis.map((binding) => changed(binding, options.host, port));
    return wanted.filter((one, index) => wanted.findIndex((other) => isSamePlace(one, other)) === index);
  });
}

function changed(binding: Binding, host: string | undefined, port: number | undefined): WantedListener {
  return {
    ...binding,
    address: host ?? binding.address,
    port: port ?? binding.port,
    insteadPort: port === undefined ? insteadOf.get(binding.port) : undefined,
  };
}

function isSamePlace(one: ListenerPlace, other: ListenerPlace): boolean {
  return one.address === other.address && one.port === other.port;
}

/**
 * Listens at all the places.
 * @param tell says a line to people.
 * @throws UserError when a place cannot be bound; the message names the remedy.
 */
export async function listenAt(
  server: Pick<MailServer, 'listen'>,
  wanted: readonly WantedListener[],
  tell: (line: string) => void,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  for (const place of wanted) listeners.push(await listenAtOne(server, place, tell));
  return listeners;
}

async function listenAtOne(
  server: Pick<MailServer, 'listen'>,
  place: WantedListener,
  tell: (line: string) => void,
): Promise<Listener> {
  try {
    return { ...place, port: await server.listen(place) };
  } catch (problem) {
    if (place.insteadPort === undefined || !isPortProblem(problem)) throw cannotListen(place, problem);
    tell(`Port ${place.port} ${whyNot(problem)}; using ${place.insteadPort} instead.`);
    return listenAtOne(server, { ...place, port: place.insteadPort, insteadPort: undefined }, tell);
  }
}

function isPortProblem(problem: unknown): boolean {
  return ['EACCES', 'EADDRINUSE', 'EPERM'].includes(codeOf(problem));
}

function cannotListen({ address, port, encryption }: ListenerPlace, problem: unknown): unknown {
  const reason = reasons[codeOf(problem)];
  if (reason === undefined) return problem;
  const option = encryption === 'tls' ? '--imaps-port' : '--imap-port';
  const remedy = isPortProblem(problem)
    ? `choose another port with ${option} (0 = any free one) or in the setting imap4.general.bindings`
    : 'name one of its addresses with --host or in the setting imap4.general.bindings (* = all)';
  return new UserError(
    `Cannot listen on ${address} port ${port}: the ${isPortProblem(problem) ? 'port' : 'address'} ${reason}; ${remedy}`,
  );
}

function whyNot(problem: unknown): string {
  return reasons[codeOf(problem)] ?? 'cannot be bound';
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'needs rights this user does not have',
  EPERM: 'needs rights this user does not have',
  EADDRINUSE: 'is used by another program',
  EADDRNOTAVAIL: 'is none of this computer',
  ENOTFOUND: 'is not known',
  EAI_AGAIN: 'is not known',
};

function codeOf(problem: unknown): string {
  return problem instanceof Error && 'code' in problem ? String(problem.code) : '';
}

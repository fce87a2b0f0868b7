import { createServer } from 'node:net';
import type { Binding } from '../settings/binding.ts';
import type { WantedListener } from './wanted-listeners.ts';

/** What became of the attempt to listen at a place. */
export interface Bound<Listener> {
  /** Undefined when the place cannot be had. */
  readonly listener: Listener | undefined;
  /** Why it listens elsewhere, or not at all; in the latter case it names the remedy. */
  readonly problem: string | undefined;
}

/** The settings that chose a place, for whoever is told that it cannot be had. */
export interface PlaceNames {
  readonly port: string;
  readonly address: string;
  /** What else is to be done when it listens at another port than clients ask. */
  readonly whenMoved?: string | undefined;
}

/** The system that is listened on. */
export interface BindingSystem {
  readonly platform: NodeJS.Platform;
  /** Listens at a place for a moment. Rejects with Node's own error when it cannot be had. */
  readonly probe: (host: string, port: number) => Promise<void>;
}

const thisSystem: BindingSystem = { platform: process.platform, probe: listenForAMoment };

/**
 * Listens at the place, or where nobody chose it at the port that anybody may use.
 * @param listen rejects with Node's own error when the place cannot be had
 * @returns never rejects for what people can mend
 */
export async function bind<Listener>(
  place: WantedListener,
  listen: (place: Binding) => Promise<Listener>,
  names: PlaceNames,
  system: BindingSystem = thisSystem,
): Promise<Bound<Listener>> {
  try {
    await needAlone(place, system);
    return { listener: await listen(place), problem: undefined };
  } catch (problem) {
    if (place.insteadPort === undefined || !isPortProblem(problem)) return failed(place, problem, names, system);
    const moved = { ...place, port: place.insteadPort, insteadPort: undefined };
    const instead = await bind(moved, listen, names, system);
    if (instead.listener === undefined) return instead;
    return {
      ...instead,
      problem: `Port ${place.port} ${reasonOf(problem, system)}; using ${place.insteadPort} instead.${names.whenMoved === undefined ? '' : ` ${names.whenMoved}`}`,
    };
  }
}

/**
 * Windows lets two programs listen at one port when one of them names an address: ours would hear nobody on that address, and
 * say that all is well. @throws Node's own error (EADDRINUSE)
 */
async function needAlone({ address, port }: WantedListener, { platform, probe }: BindingSystem): Promise<void> {
  if (platform !== 'win32' || address !== '*' || port === 0) return;
  for (const host of ['0.0.0.0', '127.0.0.1', '::1']) {
    await probe(host, port).catch((problem: unknown) => {
      if (codeOf(problem) === 'EADDRINUSE') throw problem; // what else is wrong the real attempt tells
    });
  }
}

function listenForAMoment(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}

function failed(place: WantedListener, problem: unknown, names: PlaceNames, system: BindingSystem): Bound<never> {
  return { listener: undefined, problem: cannotListen(place, problem, names, system) };
}

function cannotListen(
  { address, port, chosenBy }: WantedListener,
  problem: unknown,
  names: PlaceNames,
  system: BindingSystem,
): string {
  const place = `Cannot listen on ${address} port ${port}`;
  if (isPortProblem(problem)) {
    const where =
      chosenBy.port === undefined ? `in the setting ${names.port}` : `with ${chosenBy.port} (0 = any free one)`;
    return `${place}: the port ${reasonOf(problem, system)}; choose another port ${where}`;
  }
  const where = chosenBy.address === undefined ? `in the setting ${names.address}` : `with ${chosenBy.address}`;
  return `${place}: the address ${reasonOf(problem, system)}; name one of its addresses ${where} (* = all)`;
}

function isPortProblem(problem: unknown): boolean {
  return ['EACCES', 'EADDRINUSE', 'EPERM'].includes(codeOf(problem));
}

function reasonOf(problem: unknown, { platform }: BindingSystem): string {
  const code = codeOf(problem);
  if (code === 'EACCES' && platform === 'win32') return RESERVED;
  return reasons[code] ?? `cannot be bound (${code === '' ? String(problem) : code})`;
}

/** Windows asks nobody for rights at a port. */
const RESERVED =
  'is reserved by Windows (for Hyper-V, WSL or Docker: "netsh int ipv4 show excludedportrange tcp" shows such ports) or held by another program for itself';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'needs rights this user does not have',
  EPERM: 'needs rights this user does not have',
  EADDRINUSE: 'is used by another program',
  EADDRNOTAVAIL: 'is none of this computer',
  EAFNOSUPPORT: 'is none of this computer',
  ENOTFOUND: 'is not known',
  EAI_AGAIN: 'is not known',
};

function codeOf(problem: unknown): string {
  return problem instanceof Error && 'code' in problem ? String(problem.code) : '';
}

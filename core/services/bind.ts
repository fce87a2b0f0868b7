import { connect, createServer } from 'node:net';
import { serviceLimits } from '../base/limits.ts';
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
  /** What the program says that has the port, before it is asked anything; undefined when it says nothing soon. */
  readonly greetingAt: (port: number) => Promise<string | undefined>;
}

const thisSystem: BindingSystem = { platform: process.platform, probe: listenForAMoment, greetingAt };

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
    const reason = await reasonOf(problem, place.port, system);
    if (place.insteadPort === undefined || !isPortProblem(problem)) return failed(place, problem, names, reason);
    const moved = { ...place, port: place.insteadPort, insteadPort: undefined };
    const instead = await bind(moved, listen, names, system);
    if (instead.listener === undefined) return instead;
    return {
      ...instead,
      problem: `Port ${place.port} ${reason}; using ${place.insteadPort} instead.${names.whenMoved === undefined ? '' : ` ${names.whenMoved}`}`,
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

/** Of a server of ours the greeting ends so. */
const OURS = /Mailroom/;

function greetingAt(port: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({ port, host: '127.0.0.1', timeout: serviceLimits.greeting });
  socket.setEncoding('latin1').once('data', (text: string) => resolve(text.split('\r\n', 1)[0]));
  for (const event of ['error', 'timeout', 'close']) socket.once(event, () => resolve(undefined));
  return promise.finally(() => socket.destroy());
}

function failed(place: WantedListener, problem: unknown, names: PlaceNames, reason: string): Bound<never> {
  return { listener: undefined, problem: cannotListen(place, problem, names, reason) };
}

function cannotListen(
  { address, port, chosenBy }: WantedListener,
  problem: unknown,
  names: PlaceNames,
  reason: string,
): string {
  const place = `Cannot listen on ${address} port ${port}`;
  if (isPortProblem(problem)) {
    const where =
      chosenBy.port === undefined ? `in the setting ${names.port}` : `with ${chosenBy.port} (0 = any free one)`;
    return `${place}: the port ${reason}; choose another port ${where}`;
  }
  const where = chosenBy.address === undefined ? `in the setting ${names.address}` : `with ${chosenBy.address}`;
  return `${place}: the address ${reason}; name one of its addresses ${where} (* = all)`;
}

function isPortProblem(problem: unknown): boolean {
  return ['EACCES', 'EADDRINUSE', 'EPERM'].includes(codeOf(problem));
}

async function reasonOf(problem: unknown, port: number, { platform, greetingAt }: BindingSystem): Promise<string> {
  const code = codeOf(problem);
  if (code === 'EACCES' && platform === 'win32') return RESERVED;
  if (code === 'EADDRINUSE') return takenBy(await greetingAt(port));
  return reasons[code] ?? `cannot be bound (${code === '' ? String(problem) : code})`;
}

function takenBy(greeting: string | undefined): string {
  if (greeting === undefined) return 'is used by another program';
  if (OURS.test(greeting)) {
    return 'is used by another Mailroom on this computer, perhaps of another person: one is enough for everybody, and each has mail of its own';
  }
  const plain = greeting.replace(/\[CAPABILITY [^\]]*\] ?/, '').replace(/[^\x20-\x7e]/g, '?');
  const said = plain.slice(0, serviceLimits.greetingShown);
  return `is used by another program, which says "${said}"`;
}

/** Windows asks nobody for rights at a port. */
const RESERVED =
  'is reserved by Windows (for Hyper-V, WSL or Docker: "netsh int ipv4 show excludedportrange tcp" shows such ports) or held by another program for itself';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'needs rights this user does not have',
  EPERM: 'needs rights this user does not have',
  EADDRNOTAVAIL: 'is none of this computer',
  EAFNOSUPPORT: 'is none of this computer',
  ENOTFOUND: 'is not known',
  EAI_AGAIN: 'is not known',
};

function codeOf(problem: unknown): string {
  return problem instanceof Error && 'code' in problem ? String(problem.code) : '';
}

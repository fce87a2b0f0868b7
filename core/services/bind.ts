import type { Binding } from '../settings/binding.ts';
import type { WantedListener } from './wanted-listeners.ts';

/** What became of the attempt to listen at a place. */
export interface Bound<Listener> {
  /** Undefined when the place cannot be had. */
  readonly listener: Listener | undefined;
  /** Why it listens elsewhere, or not at all; in the latter case it names the remedy. */
  readonly problem: string | undefined;
}

/**
 * Listens at the place, or where nobody chose it at the port that anybody may use.
 * @param listen rejects with Node's own error when the place cannot be had
 * @returns never rejects for what people can mend
 */
export async function bind<Listener>(
  place: WantedListener,
  listen: (place: Binding) => Promise<Listener>,
): Promise<Bound<Listener>> {
  try {
    return { listener: await listen(place), problem: undefined };
  } catch (problem) {
    if (place.insteadPort === undefined || !isPortProblem(problem)) return failed(place, problem);
    const moved = { ...place, port: place.insteadPort, insteadPort: undefined };
    const instead = await bind(moved, listen);
    if (instead.listener === undefined) return instead;
    return {
      ...instead,
      problem: `Port ${place.port} ${reasonOf(problem)}; using ${place.insteadPort} instead.`,
    };
  }
}

function failed(place: WantedListener, problem: unknown): Bound<never> {
  return { listener: undefined, problem: cannotListen(place, problem) };
}

function cannotListen({ address, port, chosenBy }: WantedListener, problem: unknown): string {
  const place = `Cannot listen on ${address} port ${port}`;
  const setting = 'in the setting imap4.general.bindings';
  if (isPortProblem(problem)) {
    const where = chosenBy.port === undefined ? setting : `with ${chosenBy.port} (0 = any free one)`;
    return `${place}: the port ${reasonOf(problem)}; choose another port ${where}`;
  }
  const where = chosenBy.address === undefined ? setting : `with ${chosenBy.address}`;
  return `${place}: the address ${reasonOf(problem)}; name one of its addresses ${where} (* = all)`;
}

function isPortProblem(problem: unknown): boolean {
  return ['EACCES', 'EADDRINUSE', 'EPERM'].includes(codeOf(problem));
}

function reasonOf(problem: unknown): string {
  const code = codeOf(problem);
  return reasons[code] ?? `cannot be bound (${code === '' ? String(problem) : code})`;
}

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

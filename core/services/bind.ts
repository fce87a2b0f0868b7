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

/**
 * Listens at the place, or where nobody chose it at the port that anybody may use.
 * @param listen rejects with Node's own error when the place cannot be had
 * @returns never rejects for what people can mend
 */
export async function bind<Listener>(
  place: WantedListener,
  listen: (place: Binding) => Promise<Listener>,
  names: PlaceNames,
): Promise<Bound<Listener>> {
  try {
    return { listener: await listen(place), problem: undefined };
  } catch (problem) {
    if (place.insteadPort === undefined || !isPortProblem(problem)) return failed(place, problem, names);
    const moved = { ...place, port: place.insteadPort, insteadPort: undefined };
    const instead = await bind(moved, listen, names);
    if (instead.listener === undefined) return instead;
    return {
      ...instead,
      problem: `Port ${place.port} ${reasonOf(problem)}; using ${place.insteadPort} instead.${names.whenMoved === undefined ? '' : ` ${names.whenMoved}`}`,
    };
  }
}

function failed(place: WantedListener, problem: unknown, names: PlaceNames): Bound<never> {
  return { listener: undefined, problem: cannotListen(place, problem, names) };
}

function cannotListen({ address, port, chosenBy }: WantedListener, problem: unknown, names: PlaceNames): string {
  const place = `Cannot listen on ${address} port ${port}`;
  if (isPortProblem(problem)) {
    const where =
      chosenBy.port === undefined ? `in the setting ${names.port}` : `with ${chosenBy.port} (0 = any free one)`;
    return `${place}: the port ${reasonOf(problem)}; choose another port ${where}`;
  }
  const where = chosenBy.address === undefined ? `in the setting ${names.address}` : `with ${chosenBy.address}`;
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

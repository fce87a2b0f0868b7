import type { AdminDependencies } from '../dependencies.ts';
import type { HandlersOf } from '../handlers.ts';

export function logCalls({ log }: Pick<AdminDependencies, 'log'>): HandlersOf<'log'> {
  return { 'log.tail': (query) => log.tail(query) };
}

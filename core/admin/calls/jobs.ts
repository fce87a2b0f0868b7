import type { HandlersOf } from '../handlers.ts';
import type { Jobs } from '../jobs.ts';

export function jobCalls(jobs: Jobs): HandlersOf<'jobs'> {
  return {
    'jobs.list': () => jobs.list(),
    'jobs.get': ({ id }) => jobs.get(id),
    'jobs.cancel': ({ id }) => jobs.cancel(id),
    'jobs.download': ({ id }) => ({ link: jobs.linkOf(id) }),
  };
}

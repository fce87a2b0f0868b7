import { DataFolderInfo } from '../data-folder-info.ts';
import type { AdminDependencies } from '../dependencies.ts';
import type { HandlersOf } from '../handlers.ts';

/** What a welcome and the General page ask. */
export function setupCalls({
  server,
  setup,
}: Pick<AdminDependencies, 'server' | 'setup'>): HandlersOf<'setup' | 'data'> {
  const folder = new DataFolderInfo(server.dataFolder);
  return { 'setup.state': () => setup.state(), 'data.info': () => folder.info() };
}

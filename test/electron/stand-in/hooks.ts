import { registerHooks } from 'node:module';
import type { ElectronStandIn } from './electron.ts';

/** From here on this process gets the stand-in when it imports `electron`. */
export async function standInForElectron(): Promise<ElectronStandIn> {
  const electron = new URL('./module.ts', import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'electron' ? { url: electron, shortCircuit: true } : next(specifier, context),
  });
  return (await import('./module.ts')).standIn;
}

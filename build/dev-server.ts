import { join } from 'node:path';
import { createServer, type InlineConfig, mergeConfig, type ViteDevServer } from 'vite';
import { root } from './window.ts';

/**
 * The policy of the window's pages while they are developed. It is as strict as the one that is shipped but for what Vite
 * needs: its styles come as elements of the page, and its news over a connection to where the page came from.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src-elem 'self' 'unsafe-inline'",
  "style-src-attr 'none'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the settings window with hot reload, on loopback. @param config what is to be otherwise. */
export async function startDevServer(config: InlineConfig): Promise<ViteDevServer> {
  const own: InlineConfig = {
    root: join(root, 'renderer'),
    configFile: join(root, 'renderer/vite.config.ts'),
    server: { host: '127.0.0.1', headers: { 'content-security-policy': contentSecurityPolicy } },
  };
  const vite = await createServer(mergeConfig(own, config));
  return vite.listen();
}

/** Such as `http://127.0.0.1:5173/`. */
export function addressOf(vite: ViteDevServer): string {
  return vite.resolvedUrls?.local[0] ?? '';
}

import type { ProxyOptions } from 'vite';

/**
 * Hands calls for the administration on to its server. The server lets in only what its own pages ask, and goes on doing
 * so: what a page of the dev server asks is handed on as asked by the server's own, anything else as it came, to be
 * refused there. The dev server itself answers to `localhost` and addresses only (Vite's allowedHosts).
 * @param server such as `http://127.0.0.1:8143`
 */
export function proxyTo(server: string): Record<string, ProxyOptions> {
  return {
    // Not all of /api: the window has sources of its own there.
    '/api/v1/': {
      target: server,
      changeOrigin: true, // the Host
      configure(proxy) {
        proxy.on('proxyReq', (onward, { headers }) => {
          if (headers.origin === `http://${headers.host}`) onward.setHeader('origin', server);
        });
      },
    },
  };
}

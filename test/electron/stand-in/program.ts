import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import type { ElectronStandIn, Sender } from './electron.ts';
import { standInForElectron } from './hooks.ts';

/**
 * The built app in a process of its own, with a stand-in for Electron. The test asks over the process's channel:
 * `node program.ts <entry.mjs>`.
 */
export type Ask =
  | { readonly op: 'invoke'; readonly sender: Sender | null; readonly channel: string; readonly args: unknown[] }
  | { readonly op: 'page'; readonly url: string }
  | { readonly op: 'choose'; readonly label: string }
  | { readonly op: 'tray' }
  | { readonly op: 'window' }
  | { readonly op: 'crash' };

export type Told =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: string }
  | { readonly sent: readonly unknown[] };

/** The engine's thread that runs; it is asked for nothing, it only can be ended as a crash would. */
let engine: Worker | undefined;
process.on('worker', (worker: Worker) => {
  engine = worker;
});

const tell = (told: Told) => process.send?.(told);

function answer(standIn: ElectronStandIn, ask: Ask): unknown {
  switch (ask.op) {
    case 'invoke':
      return standIn.invoke(ask.sender, ask.channel, ...ask.args);
    case 'page':
      return page(standIn, ask.url);
    case 'choose':
      return standIn.tray.choose(ask.label);
    case 'tray':
      return { labels: standIn.tray.labels, image: standIn.tray.image.file };
    case 'window':
      return { url: standIn.window?.url, preload: standIn.window?.options.webPreferences['preload'] };
    case 'crash':
      return engine?.terminate();
  }
}

async function page(standIn: ElectronStandIn, url: string) {
  const response = await standIn.pages.get('mailroom')!(new Request(url));
  const body = Buffer.from(await response.arrayBuffer()).toString('base64');
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

const standIn = await standInForElectron();
standIn.app.on('web-contents-created', (_event: unknown, contents: NodeJS.EventEmitter) =>
  contents.on('message', (sent: unknown[]) => tell({ sent })),
);
process.on('message', async ({ id, ask }: { id: number; ask: Ask }) => {
  try {
    await standIn.trayShown;
    tell({ id, value: await answer(standIn, ask) });
  } catch (failure) {
    tell({ id, failure: failure instanceof Error ? failure.message : String(failure) });
  }
});
await import(pathToFileURL(process.argv[2]!).href);
// As Electron does: when the app has quit the process ends, whatever is left.
await standIn.app.exited;
process.exit(0);

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { AdminServer } from '../../core/admin/http/admin-server.ts';
import { openWindowFiles } from '../../core/admin/http/window-files.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { systemRandom } from '../../core/base/random.ts';
import { windowAddress } from '../../core/cli/introduction.ts';
import { createMailServer } from '../../core/server.ts';
import { startTestServer, type TestServer, type TestServerOptions } from '../support/test-server.ts';

/** A whole server in the test's process that serves the window, as `mailroom serve` does. */
export interface WindowServer extends TestServer {
  /** What `mailroom serve` prints for a person to open. */
  readonly address: string;
  readonly adminPort: number;
  readonly http: AdminServer;
}

export interface WindowServerOptions extends TestServerOptions {
  /** The folder of the built window. */
  readonly window: string;
}

/** To be stopped. */
export async function startWindowServer({ window, ...options }: WindowServerOptions): Promise<WindowServer> {
  const server = await startTestServer({ loginsPerUser: 20, ...options });
  server.server.settings.set('admin.port', 0);
  const http = await server.server.openAdministration(await openWindowFiles(window));
  return { ...server, http, address: windowAddress(http.local), adminPort: http.local.port };
}

/**
 * Starts a server that has ended anew, on its data folder and port, as a person would: its token is a new one. To be
 * stopped before the first one, which removes the folder.
 */
export async function restart(ended: WindowServer, window: string): Promise<Pick<WindowServer, 'address' | 'server'>> {
  const dependencies = { clock: systemClock, random: systemRandom, logger: silentLogger };
  const server = await createMailServer({ data: ended.data, allowPlaintext: true }, dependencies);
  server.settings.set('admin.port', ended.adminPort);
  const { local } = await server.openAdministration(await openWindowFiles(window));
  await server.imap4.start();
  return { server, address: windowAddress(local) };
}

/** A window in a real browser. */
export interface OpenWindow {
  readonly page: Page;
  /** What must never be: what the content security policy refused, and errors of scripts that nobody caught. */
  readonly violations: readonly string[];
  close(): Promise<void>;
}

export interface LookOptions {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** Opens an address in a profile of its own, which nothing of earlier windows is in. */
export async function openWindow(browser: Browser, address: string, look: LookOptions = {}): Promise<OpenWindow> {
  const { colorScheme = 'light', width = 800, height = 600 } = look;
  const context = await browser.newContext({
    ...{ colorScheme, viewport: { width, height }, locale: 'en-US' },
    ignoreHTTPSErrors: true, // a person trusts the self-signed certificate, too
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const violations = await watch(context, page);
  await page.goto(address);
  return { page, violations, close: () => context.close() };
}

async function watch(context: BrowserContext, page: Page): Promise<string[]> {
  const violations: string[] = [];
  await context.exposeFunction('tellViolation', (text: string) => violations.push(text));
  await context.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    tellViolation(event.violatedDirective + ' refused ' + event.blockedURI + ' ' + event.sample + ' in ' + event.sourceFile))`);
  page.on('pageerror', (error) => violations.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !isAnswer(message.text())) violations.push(message.text());
  });
  return violations;
}

/** The browser notes every reply that is no 200, and every server that is off: the window says so to people itself. */
function isAnswer(text: string): boolean {
  return text.startsWith('Failed to load resource');
}

/** Connects to the browser that all tests share. */
export function connectBrowser(address: string): Promise<Browser> {
  return chromium.connect(address);
}

const AXE = join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js');

/**
 * What axe-core calls serious or critical on the page as it is now, one line each; in what lies on top where something
 * does. Colours alone take less time than all rules.
 */
export async function seriousFindings(page: Page, rules: 'all' | 'colours' = 'all'): Promise<string[]> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(await readFile(AXE, 'utf8'));
  const options = {
    resultTypes: ['violations'],
    ...(rules === 'colours' && { runOnly: { type: 'rule', values: ['color-contrast'] } }),
  };
  const top = `[...document.querySelectorAll('[aria-modal=true]')].at(-1) ?? document`;
  const found = (await page.evaluate(`axe.run(${top}, ${JSON.stringify(options)})`)) as { violations: Finding[] };
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string }[];
}

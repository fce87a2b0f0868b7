import type { Bridge } from '../../core/admin/app-calls.ts';
import type { AdminApi } from '../../core/admin/contract.ts';
import { HttpAdmin } from './http-admin.ts';
import { HttpFiles } from './http-files.ts';
import type { MailFiles } from './mail-files.ts';
import { RemoteLogin } from './remote-login.svelte.ts';

declare global {
  interface Window {
    readonly mailroom?: Bridge;
  }
}

/** The way to the server. */
export interface Way {
  readonly admin: AdminApi;
  /** Where the server lets in whoever has the administrator password: at the addresses for other computers. */
  readonly login?: RemoteLogin;
  /** How mail gets there as files; the app names paths instead. */
  readonly files?: MailFiles;
}

const TOKEN = 'token';

/** The app's bridge, or HTTP with the token that the address was opened with or that a login gave. */
export function connect(page: Window): Way {
  if (page.mailroom !== undefined) return { admin: page.mailroom };
  const { origin, protocol } = page.location;
  const token = tokenOf(page);
  // Other computers are let in over TLS only, and nobody else is.
  const isRemote = protocol === 'https:';
  const admin = new HttpAdmin(origin, token, () => isRemote && login.isNeededNow());
  const files = new HttpFiles(origin, () => admin.token, !isRemote);
  // Somebody pastes the address that a restarted server printed: a browser that is there already loads nothing, and what
  // is being edited stays.
  page.addEventListener('hashchange', () => {
    if (tokenIn(page) !== undefined) admin.use(tokenOf(page));
  });
  if (!isRemote) return { admin, files };
  const login = new RemoteLogin(admin, (given) => page.sessionStorage.setItem(TOKEN, given));
  return { admin, login, files };
}

/** The token comes behind `#token=`, which browsers send to nobody, and goes from the address bar at once. */
function tokenOf(page: Window): string {
  const { location, history, sessionStorage } = page;
  const given = tokenIn(page);
  if (given !== undefined) {
    sessionStorage.setItem(TOKEN, given);
    history.replaceState(null, '', location.pathname);
  }
  return given ?? sessionStorage.getItem(TOKEN) ?? '';
}

function tokenIn({ location }: Window): string | undefined {
  return /[#&]token=([^&]+)/.exec(location.hash)?.[1];
}

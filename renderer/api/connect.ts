import type { AppCalls } from '../../core/admin/app-calls.ts';
import type { AdminApi } from '../../core/admin/contract.ts';
import { HttpAdmin } from './http-admin.ts';

/** What the preload script of the app puts on the window, and what only an app can do. */
export interface Bridge extends AdminApi {
  readonly app: AppCalls;
}

declare global {
  interface Window {
    readonly mailroom?: Bridge;
  }
}

/** The way to the server: the app's bridge, or HTTP with the token that the address was opened with. */
export function connect(page: Window): AdminApi {
  if (page.mailroom !== undefined) return page.mailroom;
  // Somebody pastes the address that a restarted server printed: a browser that is there already loads nothing.
  page.addEventListener('hashchange', () => {
    if (tokenIn(page) !== undefined) page.location.reload();
  });
  return new HttpAdmin(page.location.origin, tokenOf(page));
}

/** The token comes behind `#token=`, which browsers send to nobody, and goes from the address bar at once. */
function tokenOf(page: Window): string {
  const { location, history, sessionStorage } = page;
  const given = tokenIn(page);
  if (given !== undefined) {
    sessionStorage.setItem('token', given);
    history.replaceState(null, '', location.pathname);
  }
  return given ?? sessionStorage.getItem('token') ?? '';
}

function tokenIn({ location }: Window): string | undefined {
  return /[#&]token=([^&]+)/.exec(location.hash)?.[1];
}

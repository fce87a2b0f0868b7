import { authenticate } from './authenticate.ts';
import { capability } from './capability.ts';
import type { Command } from './command.ts';
import { enable } from './enable.ts';
import { id } from './id.ts';
import { idle } from './idle.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { check, noop } from './noop.ts';
import { search, uidSearch } from './search/search.ts';
import { starttls } from './starttls.ts';

/** The protocol surface: every command of the service, in the order in which capabilities are listed. */
export const allCommands: readonly Command[] = [
  capability,
  starttls,
  login,
  authenticate,
  logout,
  noop,
  check,
  id,
  enable,
  idle,
  search,
  uidSearch,
] as Command[];

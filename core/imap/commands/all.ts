import { append } from './append.ts';
import { authenticate } from './authenticate.ts';
import { capability } from './capability.ts';
import { close } from './close.ts';
import type { Command } from './command.ts';
import { copy, uidCopy } from './copy.ts';
import { create } from './create.ts';
import { deleteMailbox } from './delete.ts';
import { enable } from './enable.ts';
import { expunge, uidExpunge } from './expunge.ts';
import { fetch, uidFetch } from './fetch/fetch.ts';
import { getAcl, listRights } from './get-acl.ts';
import { getQuota, getQuotaRoot } from './get-quota.ts';
import { id } from './id.ts';
import { idle } from './idle.ts';
import { list } from './list.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { lsub } from './lsub.ts';
import { move, uidMove } from './move.ts';
import { myRights } from './my-rights.ts';
import { namespace } from './namespace.ts';
import { check, noop } from './noop.ts';
import { rename } from './rename.ts';
import { search, uidSearch } from './search/search.ts';
import { examine, select } from './select.ts';
import { deleteAcl, setAcl } from './set-acl.ts';
import { starttls } from './starttls.ts';
import { status } from './status.ts';
import { store, uidStore } from './store.ts';
import { subscribe, unsubscribe } from './subscribe.ts';
import { unselect } from './unselect.ts';

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
  namespace,
  select,
  examine,
  unselect,
  close,
  list,
  lsub,
  status,
  create,
  deleteMailbox,
  rename,
  subscribe,
  unsubscribe,
  search,
  uidSearch,
  fetch,
  uidFetch,
  store,
  uidStore,
  append,
  copy,
  uidCopy,
  move,
  uidMove,
  expunge,
  uidExpunge,
  setAcl,
  deleteAcl,
  getAcl,
  listRights,
  myRights,
  getQuota,
  getQuotaRoot,
] as Command[];

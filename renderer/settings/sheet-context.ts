import { createContext } from 'svelte';
import type { AdminApi } from '../../core/admin/contract.ts';
import type { Draft } from './draft.svelte.ts';

/** What the pages of a settings sheet share. */
export interface SheetContext {
  readonly admin: AdminApi;
  readonly draft: Draft;
}

export const [sheetContext, setSheetContext] = createContext<SheetContext>();

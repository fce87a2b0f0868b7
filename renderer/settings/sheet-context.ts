import { createContext } from 'svelte';
import type { AdminApi } from '../../core/admin/contract.ts';
import type { SettingKey } from '../../core/settings/schema.ts';
import type { Draft } from './draft.svelte.ts';

/** What the pages of a settings sheet share. */
export interface SheetContext {
  readonly admin: AdminApi;
  readonly draft: Draft;
  /** The setting that the sheet was opened for: its field has the focus at first. */
  readonly opensAt: string | undefined;
  /** The field of this setting has been entered: F1 explains it. */
  readonly onEnter: (setting: SettingKey) => void;
}

export const [sheetContext, setSheetContext] = createContext<SheetContext>();

import { basename, join } from 'node:path';
import type { AppCalls } from '../../core/admin/app-calls.ts';
import { dialogText } from '../text.ts';

/** The members of Electron's dialog that are used. */
export interface FileDialogs {
  showOpenDialog(options: {
    readonly title: string;
    readonly properties: ('openFile' | 'openDirectory' | 'multiSelections')[];
  }): Promise<{ readonly canceled: boolean; readonly filePaths: string[] }>;
  showSaveDialog(options: {
    readonly title: string;
    readonly defaultPath: string;
  }): Promise<{ readonly canceled: boolean; readonly filePath: string }>;
}

interface Dependencies {
  readonly dialog: FileDialogs;
  /** Where an export is suggested to go. */
  readonly documents: string;
}

/** Lets a person choose files in the system's own dialogs: the page learns the paths that were chosen and no others. */
export function fileChoices({
  dialog,
  documents,
}: Dependencies): Pick<AppCalls, 'chooseMailSource' | 'chooseExportTarget'> {
  return {
    async chooseMailSource(what) {
      const { canceled, filePaths } = await dialog.showOpenDialog({
        title: dialogText.importMail,
        // Files and folders in one dialog are to be had on macOS only.
        properties: what === 'files' ? ['openFile', 'multiSelections'] : ['openDirectory'],
      });
      return canceled ? [] : filePaths;
    },
    async chooseExportTarget(suggestedName) {
      const defaultPath = join(documents, basename(suggestedName));
      const { canceled, filePath } = await dialog.showSaveDialog({ title: dialogText.exportMail, defaultPath });
      return canceled ? undefined : filePath;
    },
  };
}

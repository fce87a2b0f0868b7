import type { AppCalls, UpdateState } from '../../core/admin/app-calls.ts';

/** The computer around the window, for the tests of pages: it remembers what it was asked. */
export class FakeApp implements AppCalls {
  starts = false;
  /** What a person chooses in the file dialogs; none: Cancel. */
  choices: readonly string[] = [];
  update: UpdateState = { name: 'off' };
  readonly asked: (readonly [name: keyof AppCalls, ...args: unknown[]])[] = [];

  async startsWithComputer() {
    return this.starts;
  }

  async setStartsWithComputer(starts: boolean) {
    this.asked.push(['setStartsWithComputer', starts]);
    this.starts = starts;
  }

  async showFolder(which: 'data' | 'logs') {
    this.asked.push(['showFolder', which]);
  }

  async chooseMailSource(what: 'files' | 'folder') {
    this.asked.push(['chooseMailSource', what]);
    return this.choices;
  }

  async chooseExportTarget(suggestedName: string) {
    this.asked.push(['chooseExportTarget', suggestedName]);
    return this.choices[0];
  }

  async updateState() {
    return this.update;
  }

  async lookForUpdate() {
    this.asked.push(['lookForUpdate']);
  }

  async installUpdate() {
    this.asked.push(['installUpdate']);
  }
}

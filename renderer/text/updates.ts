import type { UpdateState } from '../../core/admin/app-calls.ts';
import { ago } from './format.ts';

/** The words of the group Updates on the General page. */
export const updatesText = {
  updates: 'Updates',
  inBrowser: 'The desktop app updates itself, when it is told where to look. That is set in the app.',
  off: 'Mailroom looks for no updates. Give the address of whoever provides them, then apply.',
  looking: 'Looking for a newer version…',
  downloading: (version: string, percent: number) => `Version ${version} is being downloaded: ${percent} %.`,
  progress: 'Download',
  ready: (version: string) =>
    `Version ${version} is ready. It is installed when Mailroom quits, or now: mail programs are disconnected for about a minute and connect again by themselves.`,
  current: (when: string) => `This is the newest version. Looked ${when}.`,
  installing: (version: string) =>
    `Version ${version} is being installed. This window closes and Mailroom starts again.`,
  look: 'Look &now',
  install: '&Install and restart',
  failed: 'The desktop app does not answer. Quit it from its icon in the tray and start it again.',
} as const;

/** What there is to say of a state. */
export function updateStateText(state: UpdateState, now: number): string {
  switch (state.name) {
    case 'off':
    case 'looking':
      return updatesText[state.name];
    case 'current':
      return updatesText.current(ago(state.lookedAt, now));
    case 'downloading':
      return updatesText.downloading(state.version, state.percent);
    case 'ready':
    case 'installing':
      return updatesText[state.name](state.version);
    case 'failed':
    case 'unavailable':
      return state.message;
  }
}

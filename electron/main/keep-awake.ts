import type { AdminEvent } from '../../core/admin/contract.ts';
import type { Supervisor } from '../engine/supervisor.ts';
import type { ServerStatusWatch } from './server-status.ts';

/** The members of Electron's powerSaveBlocker that are used. */
export interface PowerSaveBlocker {
  start(type: 'prevent-app-suspension'): number;
  stop(id: number): unknown;
}

const KEY = 'power.keepAwake';

/** Keeps the computer, not its screen, from sleeping while services run and the setting wants it. */
export function keepAwake(
  blocker: PowerSaveBlocker,
  { supervisor, watch }: { readonly supervisor: Supervisor; readonly watch: ServerStatusWatch },
): void {
  let isWanted = true;
  let blocking: number | undefined;
  const decide = () => {
    const blocks = isWanted && watch.status.state !== 'stopped';
    if (blocks && blocking === undefined) blocking = blocker.start('prevent-app-suspension');
    else if (!blocks && blocking !== undefined) {
      blocker.stop(blocking);
      blocking = undefined;
    }
  };
  const readSetting = async () => {
    const settings = await supervisor.call('settings.list', {});
    if (settings.ok) isWanted = settings.value.find(({ key }) => key === KEY)?.value !== false;
    decide();
  };
  watch.onChange(decide);
  supervisor.onState(({ name }) => {
    if (name === 'running') void readSetting();
  });
  supervisor.onEvent((event) => {
    if (isAboutSetting(event)) void readSetting();
  });
  void readSetting(); // it may run already
}

function isAboutSetting(event: AdminEvent): boolean {
  return event.event === 'settings.changed' && event.keys.includes(KEY);
}

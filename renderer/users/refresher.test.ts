import { expect, it } from 'vitest';
import type { AdminApi, AdminEvent } from '../../core/admin/contract.ts';
import { Refresher } from './refresher.ts';

it('forgets no event, however soon after a load it comes: the list would stay old', async () => {
  let tell: (event: AdminEvent) => void = () => {};
  const onEvent = (listener: (event: AdminEvent) => void) => {
    tell = listener;
    return () => {};
  };
  let truth = 0;
  let shown = -1;
  const refresher = new Refresher({ onEvent } as AdminApi, ['users.changed'], async () => {
    shown = truth;
  });
  const stop = refresher.open();
  for (let turns = 0; turns < 12; turns++) {
    tell({ event: 'users.changed' });
    for (let turn = 0; turn < turns; turn++) await undefined;
    truth++;
    tell({ event: 'users.changed' });
    await new Promise((resolve) => setTimeout(resolve));
    expect([turns, shown]).toEqual([turns, truth]);
  }
  stop();
});

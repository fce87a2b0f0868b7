import { expect, it } from 'vitest';
import { clientName } from './client-name.ts';

it.each([
  ['name=Thunderbird version=128.5', 'Thunderbird 128.5'],
  ['vendor=Apple name=Mac OS X Mail version=16.0 (3826) os=Mac OS X', 'Mac OS X Mail 16.0 (3826)'],
  ['name=Outlook', 'Outlook'],
  ['vendor=Somebody', 'vendor=Somebody'],
  ['', ''],
])('names the program of %j as people call it', (clientId, name) => {
  expect(clientName(clientId)).toBe(name);
});

import type { ClientKind, ClientsInfo } from '../../core/admin/contract.ts';
import { programsText, qrText, setUpText } from '../text/clients.ts';

/** The mail programs that are explained, in the order of their tabs. */
export const programIds = ['outlook', 'thunderbird', 'iphone', 'android'] as const;
export type ProgramId = (typeof programIds)[number];

const kinds: Readonly<Record<ProgramId, ClientKind>> = {
  outlook: 'outlook',
  thunderbird: 'thunderbird',
  iphone: 'phone',
  android: 'phone',
};

/** Who holds it cannot copy from this screen. */
export function isPhone(program: ProgramId): boolean {
  return kinds[program] === 'phone';
}

/** One thing to type. */
export interface SetupValue {
  readonly label: string;
  readonly value: string;
}

/** What is typed into a program, in its own words; empty while nothing can be reached. */
export function valuesFor(program: ProgramId, { setups }: Pick<ClientsInfo, 'setups'>): readonly SetupValue[] {
  const setup = setups.find(({ client }) => client === kinds[program]);
  if (setup === undefined) return [];
  const words = programsText[program];
  return [
    { label: words.server, value: setup.server },
    { label: words.port, value: String(setup.port) },
    { label: words.encryption, value: setup.encryption },
    ...(setup.authentication === undefined ? [] : [{ label: words.authentication, value: setup.authentication }]),
    ...(setup.userName === undefined ? [] : [{ label: words.userName, value: setup.userName }]),
  ];
}

/** The same for mail that is sent; empty when the settings name no server. */
export function outgoingValues({ outgoing }: Pick<ClientsInfo, 'outgoing'>): readonly SetupValue[] {
  if (outgoing === undefined) return [];
  return [
    { label: setUpText.outgoingServer, value: outgoing.host },
    { label: setUpText.outgoingPort, value: String(outgoing.port) },
    { label: setUpText.outgoingEncryption, value: setUpText.outgoingNames[outgoing.encryption] },
  ];
}

/** For somebody who holds a phone: a line a value. Undefined while nothing can be reached. */
export function valuesText({ setups, outgoing }: Pick<ClientsInfo, 'setups' | 'outgoing'>): string | undefined {
  const setup = setups.find(({ client }) => client === 'phone');
  if (setup === undefined) return undefined;
  const words = qrText.textLines;
  const lines = [
    `${words.server}: ${setup.server}`,
    `${words.port}: ${setup.port}`,
    `${words.encryption}: ${setup.encryption}`,
    ...(setup.userName === undefined ? [] : [`${words.userName}: ${setup.userName}`]),
    ...outgoingValues({ outgoing }).map(({ label, value }) => `${label}: ${value}`),
  ];
  return lines.join('\n');
}

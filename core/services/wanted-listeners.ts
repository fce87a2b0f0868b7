import type { Binding } from '../settings/binding.ts';

/** What the command line says about where to listen; undefined leaves it to the settings. */
export interface ListenOverrides {
  readonly host?: string | undefined;
  /** For all listeners that are plain at first; 0 = any free port. */
  readonly imapPort?: number | undefined;
  /** For all that have TLS from the first octet. */
  readonly imapsPort?: number | undefined;
}

/** A listener that is wanted. */
export interface WantedListener extends Binding {
  /** Bound instead when the port cannot be had; only for the ports nobody chose. */
  readonly insteadPort: number | undefined;
  /** The command line's options that chose the place, such as `--imap-port`: where the remedy is. */
  readonly chosenBy: { readonly port: string | undefined; readonly address: string | undefined };
}

/** Ports below 1024 need rights on many systems, and other mail servers hold them (RFC 8314 section 3 names them). */
const insteadOf: ReadonlyMap<number, number> = new Map([
  [143, 1143],
  [993, 1993],
]);

/** The settings' bindings with what the command line changes about them. */
export function wantedListeners(bindings: readonly Binding[], overrides: ListenOverrides): readonly WantedListener[] {
  const isTls = ({ encryption }: Binding) => encryption === 'tls';
  const { host, imapPort, imapsPort } = overrides;
  return [
    ...ofOneKind(
      bindings.filter((binding) => !isTls(binding)),
      'starttls',
      host,
      imapPort,
      '--imap-port',
    ),
    ...ofOneKind(bindings.filter(isTls), 'tls', host, imapsPort, '--imaps-port'),
  ];
}

function ofOneKind(
  bindings: readonly Binding[],
  encryption: Binding['encryption'],
  host: string | undefined,
  port: number | undefined,
  option: string,
): readonly WantedListener[] {
  const basis = bindings.length === 0 && port !== undefined ? [{ address: '*', port, encryption }] : bindings;
  const wanted = basis.map((binding) => ({
    ...binding,
    address: host ?? binding.address,
    port: port ?? binding.port,
    insteadPort: port === undefined ? insteadOf.get(binding.port) : undefined,
    chosenBy: { port: port === undefined ? undefined : option, address: host === undefined ? undefined : '--host' },
  }));
  return wanted.filter((one, index) => wanted.findIndex((other) => isSamePlace(one, other)) === index);
}

function isSamePlace(one: Binding, other: Binding): boolean {
  return one.address === other.address && one.port === other.port;
}

/** Whether a listener that is there may stay as it is. */
export function isSameListener(one: WantedListener, other: WantedListener): boolean {
  return isSamePlace(one, other) && one.encryption === other.encryption;
}

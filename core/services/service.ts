import type { Binding } from '../settings/binding.ts';

/** A protocol's service as a whole: what the Services page lists, starts and stops. */
export interface Service {
  readonly id: ServiceId;
  info(): ServiceInfo;
  /** Resolves when it listens, or has said in `info` why not; never rejects. */
  start(): Promise<void>;
  /** Ends all sessions with BYE. */
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** Returns how to stop listening. */
  onChange(listener: () => void): () => void;
}

/** The services, in the order in which they are shown. */
export const serviceIds = ['imap4', 'autoconfig'] as const;
export type ServiceId = (typeof serviceIds)[number];

export interface ServiceInfo {
  readonly id: ServiceId;
  readonly name: string;
  readonly state: 'running' | 'starting' | 'stopping' | 'stopped' | 'problem';
  /** Why it does not run, or not everywhere; names the remedy. */
  readonly problem: string | undefined;
  /** When the state began: milliseconds since the epoch. */
  readonly since: number;
  readonly listeners: readonly ListenerInfo[];
}

export interface ListenerInfo extends Binding {
  /** The port it listens on, which differs from `port` where that could not be had; undefined when it does not listen. */
  readonly boundPort: number | undefined;
  readonly problem: string | undefined;
}

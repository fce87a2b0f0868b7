import type { z } from 'zod';

/** What a setting is, for whoever shows, explains or checks it. */
export interface SettingDefinition<Value = unknown> {
  /** Checks and types the value. */
  readonly schema: z.ZodType<Value>;
  readonly default: Value;
  /** What the settings window and VPOP3 call it. */
  readonly label: string;
  /** What it means and what it costs, in a sentence or three. */
  readonly help: string;
  /** What may be given, in words that fit behind "must be". */
  readonly range: string;
  /** The unit of a number. */
  readonly unit?: 'minutes' | 'seconds' | 'KiB/s' | 'MiB' | 'messages' | 'sessions';
  /** What 0 means, for numbers that have such a meaning. */
  readonly zero?: string;
  /** The values of which one is chosen, with the words the window shows. */
  readonly choices?: readonly { readonly value: Value; readonly label: string }[];
  /** How a list is written in one line. */
  readonly text?: ListText<Value>;
  /** True: the listener concerned starts anew when this changes. Everything else takes effect at once. */
  readonly needsListenerRestart: boolean;
  /** True: who administers from another computer may not change it. */
  readonly localOnly?: boolean;
}

/** A list as one line, and back; undefined for what is not of that form. The schema checks the values. */
export interface ListText<Value> {
  write(value: Value): string;
  read(text: string): Value | undefined;
}

/** Keeps the exact type of the value while checking the rest. */
export function setting<Value>(definition: SettingDefinition<Value>): SettingDefinition<Value> {
  return definition;
}

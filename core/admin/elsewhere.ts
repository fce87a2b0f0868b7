import { z } from 'zod';
import { definitionOf, isSettingKey } from '../settings/schema.ts';
import { AdminFailure } from './failure.ts';

/** Who calls: somebody on this computer (the local token, the app, the command line), or on another one. */
export type CallOrigin = 'here' | 'elsewhere';

/**
 * What may come from another computer in a part of an argument that can hold anything, such as a text:
 * data: whatever it is, nothing of this computer is opened, reached or run by it ·
 * local: a thing of this computer, such as a path; refused from elsewhere ·
 * guarded: the call itself looks at who asks ·
 * settings: keys of settings; those that are `localOnly` are refused from elsewhere.
 */
export type Elsewhere = 'data' | 'local' | 'guarded' | 'settings';

declare module 'zod' {
  interface GlobalMeta {
    /** Declared in the contract for every part that can hold anything; what is not declared counts as local. */
    elsewhere?: Elsewhere;
    /** What to do instead from another computer, for people. */
    instead?: string;
  }
}

/** A part of an argument that can hold anything. */
export interface OpenPart {
  /** The names that lead to it; an array's elements are where the array is. */
  readonly path: readonly string[];
  /** Undefined: the contract says nothing of it. */
  readonly elsewhere: Elsewhere | undefined;
  readonly instead: string | undefined;
}

/** All parts of a call's argument that can hold anything: what is a number, a boolean or one of some words is none. */
export function openParts(schema: z.core.$ZodType, path: readonly string[] = []): readonly OpenPart[] {
  const declared = z.globalRegistry.get(schema as z.ZodType);
  if (declared?.elsewhere !== undefined) return [{ path, elsewhere: declared.elsewhere, instead: declared.instead }];
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape).flatMap(([key, part]) => openParts(part, [...path, key]));
    case 'union':
      return def.options.flatMap((option) => openParts(option, path));
    case 'array':
      return openParts(def.element, path);
    case 'optional':
    case 'default':
      return openParts(def.innerType, path);
    case 'enum':
    case 'literal':
    case 'number':
    case 'boolean':
      return [];
    default:
      return [{ path, elsewhere: undefined, instead: undefined }];
  }
}

/**
 * Those who administer from another computer have the mail server and not the computer: a stolen password must not give
 * the one away with the other.
 * @param args checked by the schema
 * @throws AdminFailure refused, naming the first part that may be said on this computer only
 */
export function needSafeFromElsewhere(schema: z.core.$ZodType, args: unknown): void {
  for (const { path, elsewhere = 'local', instead } of openParts(schema)) {
    const value = valueAt(args, path);
    if (value === undefined) continue;
    if (elsewhere === 'settings') needSafeSettings(value);
    if (elsewhere === 'local') throw onThisComputerOnly(path, instead);
  }
}

function onThisComputerOnly(path: readonly string[], instead: string | undefined): AdminFailure {
  const text = 'This can be named on the computer that the server runs on only';
  return new AdminFailure('refused', instead === undefined ? text : `${text}; ${instead}`, path.join('.'));
}

/** @param keys as an array, or with values */
function needSafeSettings(keys: unknown): void {
  const names = Array.isArray(keys) ? keys.map(String) : Object.keys(Object(keys));
  const key = names.filter(isSettingKey).find((name) => definitionOf(name).localOnly === true);
  if (key === undefined) return;
  const { label } = definitionOf(key);
  throw new AdminFailure('refused', `"${label}" can be changed on the computer that the server runs on only`, key);
}

function valueAt(args: unknown, path: readonly string[]): unknown {
  let value = args;
  for (const name of path) value = Object(value)[name];
  return value;
}

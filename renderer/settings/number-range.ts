import { z } from 'zod';
import type { SettingDefinition } from '../../core/settings/setting.ts';

/** What the schema of a number lets pass, as far as a field's buttons can use it. */
export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
}

/** Reads the bounds off the schema itself, so that they stand in one place. Empty for what is no number. */
export function numberRange({ schema }: Pick<SettingDefinition, 'schema'>): NumberRange {
  const numbers = parts(schema).map(boundsOf);
  if (numbers.length === 0 || numbers.some((bounds) => bounds === undefined)) return {};
  const all = numbers as Required<NumberRange>[];
  return { min: Math.min(...all.map(({ min }) => min)), max: Math.max(...all.map(({ max }) => max)) };
}

/** `0 or 10 to 1740` is a union. */
function parts(schema: z.ZodType): readonly z.ZodType[] {
  return schema instanceof z.ZodUnion ? (schema.options as readonly z.ZodType[]) : [schema];
}

function boundsOf(schema: z.ZodType): Required<NumberRange> | undefined {
  if (schema instanceof z.ZodLiteral)
    return typeof schema.value === 'number' ? { min: schema.value, max: schema.value } : undefined;
  if (!(schema instanceof z.ZodNumber) || schema.minValue === null || schema.maxValue === null) return undefined;
  return { min: schema.minValue, max: schema.maxValue };
}

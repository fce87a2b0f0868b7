import { adminLimits } from '../base/limits.ts';

/** Names of fields that may hold what nobody must read. */
const secret = /pass(word|phrase)|secret|token|credential|verifier|private.?key|^(key|authorization|proof)$/i;

/**
 * The fields of a log line as plain JSON of bounded size, without secrets: a window shows them, and keeping what a line
 * refers to would keep whole messages in memory.
 */
export function plainFields(fields: object): Readonly<Record<string, unknown>> {
  const budget: Budget = { values: adminLimits.logValues };
  const plain = plainValue(fields, adminLimits.logDepth, budget);
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain)
    ? (plain as Record<string, unknown>)
    : { fields: plain };
}

/** Text of a bounded length. */
export function shortened(text: string): string {
  return text.length <= adminLimits.logText ? text : `${text.slice(0, adminLimits.logText)}…`;
}

interface Budget {
  values: number;
}

function plainValue(value: unknown, depth: number, budget: Budget): unknown {
  if (budget.values-- <= 0) return '…';
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return shortened(value);
  if (typeof value !== 'object') return shortened(String(value));
  if (value instanceof Error) return plainError(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `${value.byteLength} octets`;
  if (depth === 0) return '…';
  if (value instanceof Map || value instanceof Set) return plainValue([...value], depth, budget);
  if (Array.isArray(value)) {
    return value.slice(0, adminLimits.logValues).map((item) => plainValue(item, depth - 1, budget));
  }
  return plainObject(value, depth, budget);
}

function plainObject(value: object, depth: number, budget: Budget): Record<string, unknown> {
  const plain: [string, unknown][] = [];
  for (const [key, field] of Object.entries(value)) {
    if (budget.values <= 0) break;
    plain.push([key, secret.test(key) ? '(not shown)' : plainValue(field, depth - 1, budget)]);
  }
  return Object.fromEntries(plain);
}

/** An error's own fields are left out: libraries hang requests and sockets on it. */
function plainError(error: Error & { code?: unknown }): Record<string, unknown> {
  const { name, message, code, stack } = error;
  return {
    name,
    message: shortened(message),
    ...(typeof code === 'string' && { code }),
    ...(stack !== undefined && { stack: shortened(stack) }),
  };
}

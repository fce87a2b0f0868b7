/** Nested objects addressed by dotted keys, as `settings.json` has them. */
export type Nested = Record<string, unknown>;

export function valueAt(object: Nested, key: string): unknown {
  let value: unknown = object;
  for (const part of key.split('.')) value = isNested(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  return value;
}

/** A copy that has the value; undefined takes it out. What stands where a group belongs is replaced by the group. */
export function withValue(object: Nested, key: string, value: unknown): Nested {
  const [first = '', ...rest] = key.split('.');
  const inside = Object.hasOwn(object, first) ? object[first] : undefined;
  if (value === undefined && (rest.length === 0 || !isNested(inside))) {
    return rest.length > 0 ? object : Object.fromEntries(Object.entries(object).filter(([name]) => name !== first));
  }
  return {
    ...object,
    [first]: rest.length === 0 ? value : withValue(isNested(inside) ? inside : {}, rest.join('.'), value),
  };
}

function isNested(value: unknown): value is Nested {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

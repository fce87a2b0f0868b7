/** Attributes that tie a control to its help and its error (FieldHelp.svelte). */
export function described(id: string, help: string | undefined, error: string | undefined) {
  const ids = [help !== undefined && `${id}-help`, error !== undefined && `${id}-error`].filter(Boolean);
  return {
    'aria-describedby': ids.length > 0 ? ids.join(' ') : undefined,
    'aria-invalid': error !== undefined ? ('true' as const) : undefined,
  };
}

/** What a field is given, whatever its kind. */
export interface FieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  readonly error?: string | undefined;
  readonly disabled?: boolean;
}

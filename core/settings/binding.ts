import { z } from 'zod';
import type { ListText } from './setting.ts';

/**
 * How a listener encrypts. VPOP3's words: "None/STARTTLS" (plain, STARTTLS offered), "STARTTLS required" (nothing but
 * STARTTLS before it), "TLS" (from the first octet).
 */
export const encryptions = ['starttls', 'starttlsRequired', 'tls'] as const;
export type Encryption = (typeof encryptions)[number];

/** Where the service listens. */
export interface Binding {
  /** An address of this machine, or `*` for all of them. */
  readonly address: string;
  readonly port: number;
  readonly encryption: Encryption;
}

const address = z.union([z.literal('*'), z.ipv4(), z.ipv6()]);

/** Up to 16 listeners, no two at the same place. */
export const bindingsSchema: z.ZodType<readonly Binding[]> = z
  .array(z.strictObject({ address, port: z.int().min(1).max(65_535), encryption: z.enum(encryptions) }))
  .max(16)
  .refine((bindings) => new Set(bindings.map(place)).size === bindings.length);

function place({ address, port }: Binding): string {
  return address.includes(':') ? `[${address.toLowerCase()}]:${port}` : `${address}:${port}`;
}

/** `*:143/starttls, [::1]:993/tls` */
export function bindingsToText(bindings: readonly Binding[]): string {
  return bindings.map((binding) => `${place(binding)}/${binding.encryption}`).join(', ');
}

/** The same read back; undefined when it is not of that form (the schema then checks the values). */
export function bindingsFromText(text: string): readonly Binding[] | undefined {
  if (text.trim() === '') return [];
  const bindings: Binding[] = [];
  for (const item of text.split(',')) {
    const match = /^(?:\[([^\]]+)\]|([^:/\s]+)):(\d{1,5})\/(\w+)$/.exec(item.trim());
    const encryption = encryptions.find((name) => name.toLowerCase() === match?.[4]?.toLowerCase());
    if (match === null || encryption === undefined) return undefined;
    bindings.push({ address: match[1] ?? match[2] ?? '', port: Number(match[3]), encryption });
  }
  return bindings;
}

export const bindingsText: ListText<readonly Binding[]> = { write: bindingsToText, read: bindingsFromText };

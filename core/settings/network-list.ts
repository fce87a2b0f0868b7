import { z } from 'zod';
import { parseNetwork } from '../base/ip-network.ts';
import { accessLimits } from '../base/limits.ts';
import type { ListText } from './setting.ts';

/** Addresses and networks, such as `10.0.0.5` and `192.168.1.0/24`. */
export const networkListSchema: z.ZodType<readonly string[]> = z
  .array(z.string().refine((text) => parseNetwork(text) !== undefined))
  .max(accessLimits.exemptAddresses);

/** `192.168.1.0/24, 10.0.0.5, 2001:db8::/32` */
export const networkListText: ListText<readonly string[]> = {
  write: (networks) => networks.join(', '),
  read: (text) => (text.trim() === '' ? [] : text.split(',').map((item) => item.trim())),
};

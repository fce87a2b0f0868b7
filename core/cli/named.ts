import { UserError } from '../base/errors.ts';
import { foldName } from '../base/fold-name.ts';
import { remedyFor } from './remedies.ts';

/** The user or group of that name, in whatever case it is written. @throws UserError */
export function named<Item extends { readonly name: string }>(
  kind: 'user' | 'group',
  items: readonly Item[],
  name: string,
): Item {
  const item = items.find((one) => foldName(one.name) === foldName(name));
  if (item !== undefined) return item;
  const remedy = remedyFor(`${kind}s.list`, { code: 'notFound', message: '' });
  throw new UserError(`There is no ${kind} ${JSON.stringify(name)}: ${remedy}`);
}

import { z } from 'zod';
import { foldName } from '../base/fold-name.ts';
import { directoryLimits } from '../base/limits.ts';

/** Some users under one name, for access control lists. */
export interface GroupInfo {
  /** Stays when the group is renamed, and is never used again. */
  readonly id: string;
  readonly name: string;
  /** The members' names, sorted. */
  readonly members: readonly string[];
}

/** A group in directory.json. Members are account ids, which stay when users are renamed. */
export const groupRecordSchema = z.looseObject({
  id: z.string().regex(/^[a-z0-9]{8,64}$/),
  name: z.string().min(1),
  members: z.array(z.string()).max(directoryLimits.members),
});

export type GroupRecord = z.infer<typeof groupRecordSchema>;

/** Whom a group of that name is among these; undefined when there is none. */
export function groupRecordNamed(groups: readonly GroupRecord[], name: string): GroupRecord | undefined {
  const folded = foldName(name);
  return groups.find((group) => foldName(group.name) === folded);
}

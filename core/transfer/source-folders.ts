import type { ImapFlow, ListResponse } from 'imapflow';
import { decodeMailboxUtf7 } from '../base/modified-utf7.ts';
import type { SourceFolder } from './folder-names.ts';

export interface ListedFolder extends SourceFolder {
  /** As the server's LIST has it: what it is asked for by. */
  readonly listed: string;
  /** False: it only holds others. */
  readonly selectable: boolean;
  readonly messages: number;
}

export interface SourceFolders {
  /** What the user's own folders begin with. */
  readonly prefix: string;
  /** The user's own, not those that others share with them. */
  readonly folders: readonly ListedFolder[];
}

export async function foldersOf(client: ImapFlow): Promise<SourceFolders> {
  const listed = await client.list({ statusQuery: { messages: true } });
  const { other, shared } = client.namespaces ?? {};
  const foreign = [...(other || []), ...(shared || [])].map(({ prefix }) => prefix).filter((prefix) => prefix !== '');
  const isForeign = (name: string) => foreign.some((prefix) => name.startsWith(prefix));
  // With UTF8=ACCEPT and in IMAP4rev2 names are what they say (RFC 6855 section 3, RFC 9051 section 5.1).
  const plain = client.enabled.has('UTF8=ACCEPT') || client.enabled.has('IMAP4REV2');
  const own = listed.filter(({ pathAsListed }) => !isForeign(pathAsListed));
  return { prefix: client.namespace?.prefix ?? '', folders: own.map((folder) => folderOf(folder, plain)) };
}

function folderOf({ pathAsListed, delimiter, specialUse, flags, status }: ListResponse, plain: boolean): ListedFolder {
  const separator = delimiter || undefined;
  const name = plain ? pathAsListed : readable(pathAsListed);
  return {
    listed: pathAsListed,
    path: separator !== undefined && name.startsWith(separator) ? name.slice(separator.length) : name,
    separator,
    specialUse,
    selectable: !flags.has('\\Noselect') && !flags.has('\\NonExistent'),
    messages: status?.messages ?? 0,
  };
}

/** What of the name is modified UTF-7 is decoded; the rest is what it says, though it should not be. */
function readable(listed: string): string {
  return listed.replace(/&[A-Za-z0-9+,]*-/g, (run) => decodeMailboxUtf7(run) ?? run);
}

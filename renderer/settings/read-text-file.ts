/** The text of a file the user has chosen, or why there is none. */
export type ReadText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** @param most octets; a larger file, chosen by mistake, is not read at all */
export async function readTextFile(
  file: File,
  most: number,
  words: { readonly tooLarge: string; readonly unreadable: string },
): Promise<ReadText> {
  if (file.size > most) return { ok: false, reason: words.tooLarge };
  try {
    return { ok: true, text: await file.text() };
  } catch {
    return { ok: false, reason: words.unreadable };
  }
}

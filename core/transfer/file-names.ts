import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cutAtOctets } from '../base/cut-at-octets.ts';
import { fileNameOf } from '../base/device-names.ts';
import { fileNameLimits } from '../base/limits.ts';
import { normaliseUnicode } from '../base/normalise-unicode.ts';
import { SEPARATOR } from '../mail/special-use.ts';

/** A Maildir's own, and what an export puts beside the mail. */
const reserved = /^((cur|new|tmp)(\.|$)|mailroom-)/i;

/** Gives every mailbox a file name of its own, also on disks that do not tell `Work` from `work`. */
export class FileNames {
  readonly #taken = new Set<string>();

  /** A path without ending, a folder for each level. */
  of(mailbox: string): string {
    const path = join(...mailbox.split(SEPARATOR).map(fileName));
    for (let number = 1; ; number++) {
      const name = number === 1 ? path : `${path} (${number})`;
      const key = normaliseUnicode(name, 'NFC').toLowerCase();
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return name;
    }
  }
}

function fileName(level: string): string {
  // A leading dot hides a file; an mbox file of another mailbox may have the name that a folder needs.
  const name = fileNameOf(level.replace(/^\./, '_').replace(/\.mbox$/i, '_mbox'));
  return shortened(reserved.test(name) ? `_${name}` : name);
}

/** A name too long for a disk is cut; what tells it from others that begin the same is a digest of all of it. */
function shortened(name: string): string {
  const { octets, digest } = fileNameLimits;
  if (Buffer.byteLength(name) <= octets) return name;
  const kept = cutAtOctets(name, octets - digest - 1);
  return `${kept}~${createHash('sha256').update(name).digest('hex').slice(0, digest)}`;
}

import { updateLimits } from '../limits.ts';

/** Why there is no update, in words for whoever set the address. */
export function updateFailure(failure: unknown): string {
  const { message, code } = partsOf(failure);
  const known = reasons.find(([pattern]) => pattern.test(code) || pattern.test(message));
  if (known !== undefined) return known[1];
  const [line = ''] = message.split('\n', 1);
  return `The update failed: ${line.slice(0, updateLimits.message)}`;
}

function partsOf(failure: unknown): { message: string; code: string } {
  if (!(failure instanceof Error)) return { message: String(failure), code: '' };
  return { message: failure.message, code: String((failure as NodeJS.ErrnoException).code ?? '') };
}

/** The first that fits is told: the more exact ones stand before. The codes are electron-updater's, Chromium's, Node's. */
const reasons: readonly (readonly [pattern: RegExp, text: string])[] = [
  [
    /ERR_CHECKSUM_MISMATCH|checksum mismatch/,
    'What was downloaded is not what was announced, so it is not installed. Look again later; if it stays so, tell whoever keeps the update address.',
  ],
  [
    /ERR_UPDATER_INVALID_SIGNATURE|Code signature/i,
    'What was downloaded is not signed by the maker of this Mailroom, so it is not installed. Tell whoever keeps the update address.',
  ],
  [
    /ERR_CERT|CERT_|SELF_SIGNED/,
    'The update address has a certificate that is not trusted. Check that the address is right, and the date of this computer.',
  ],
  [
    /CHANNEL_FILE_NOT_FOUND|HTTP_ERROR_404|\b404\b/,
    'There is no list of versions at the update address. Check that the address is right.',
  ],
  [/HTTP_ERROR_\d+|\bHttpError\b/, 'The update address answers with an error. Look again later.'],
  [/INVALID_UPDATE_INFO|INVALID_VERSION/, 'What the update address answers is no list of versions. Check the address.'],
  [/ENOSPC/, 'The disk is full. Make room, then look again.'],
  [
    /net::ERR_|ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN|socket hang up|timed out/,
    'The update address cannot be reached. Check the address and the connection to the internet.',
  ],
];

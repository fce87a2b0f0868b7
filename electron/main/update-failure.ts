import { updateLimits } from '../limits.ts';
import { updateText } from '../text.ts';

/** Why there is no update, in words for whoever set the address. */
export function updateFailure(failure: unknown): string {
  const { message, code } = partsOf(failure);
  const known = reasons.find(([pattern]) => pattern.test(code) || pattern.test(message));
  if (known !== undefined) return known[1];
  const [line = ''] = message.split('\n', 1);
  return updateText.failed(line.slice(0, updateLimits.message));
}

function partsOf(failure: unknown): { message: string; code: string } {
  if (!(failure instanceof Error)) return { message: String(failure), code: '' };
  return { message: failure.message, code: String((failure as NodeJS.ErrnoException).code ?? '') };
}

/** The first that fits is told: the more exact ones stand before. The codes are electron-updater's, Chromium's, Node's. */
const reasons: readonly (readonly [pattern: RegExp, text: string])[] = [
  [/ERR_CHECKSUM_MISMATCH|checksum mismatch/, updateText.checksum],
  [/ERR_UPDATER_INVALID_SIGNATURE|Code signature/i, updateText.signature],
  [/ERR_CERT|CERT_|SELF_SIGNED/, updateText.certificate],
  [/CHANNEL_FILE_NOT_FOUND|HTTP_ERROR_404|\b404\b/, updateText.noList],
  [/HTTP_ERROR_\d+|\bHttpError\b/, updateText.httpError],
  [/INVALID_UPDATE_INFO|INVALID_VERSION/, updateText.badList],
  [/ENOSPC/, updateText.diskFull],
  [/net::ERR_|ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN|socket hang up|timed out/, updateText.unreachable],
];

import type { AdminResult, DownloadLink } from '../../core/admin/contract.ts';
import { UNREACHABLE } from './http-admin.ts';
import type { MailFiles } from './mail-files.ts';

/** Files over HTTP. */
export class HttpFiles implements MailFiles {
  readonly isHere: boolean;
  readonly #origin: string;
  readonly #token: () => string;

  /** @param token the one that is in use at that moment */
  constructor(origin: string, token: () => string, isHere: boolean) {
    this.#origin = origin;
    this.#token = token;
    this.isHere = isHere;
  }

  send(
    archive: Blob,
    onProgress: (octets: number) => void,
    signal: AbortSignal,
  ): Promise<AdminResult<{ readonly id: string }>> {
    // Not fetch, which tells nothing while it sends.
    const request = new XMLHttpRequest();
    request.open('POST', `${this.#origin}/api/v1/uploads`);
    request.setRequestHeader('authorization', `Bearer ${this.#token()}`);
    request.setRequestHeader('content-type', 'application/x-tar');
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    const abort = () => request.abort();
    signal.addEventListener('abort', abort);
    return new Promise((resolve) => {
      request.onloadend = () => {
        signal.removeEventListener('abort', abort);
        resolve(replyIn(request.responseText));
      };
      if (signal.aborted) resolve(UNREACHABLE);
      else request.send(archive);
    });
  }

  save({ link }: DownloadLink): void {
    const anchor = document.createElement('a');
    anchor.href = `${this.#origin}/api/v1/${link}`;
    anchor.download = '';
    anchor.click();
  }
}

function replyIn(text: string): AdminResult<{ readonly id: string }> {
  try {
    return JSON.parse(text) as AdminResult<{ readonly id: string }>;
  } catch {
    return UNREACHABLE;
  }
}

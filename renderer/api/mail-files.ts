import type { AdminResult, DownloadLink } from '../../core/admin/contract.ts';

/** How mail gets to the server and back as files, where the window is in a browser. */
export interface MailFiles {
  /** The server runs on this computer, so that paths of its disk can be named as well. */
  readonly isHere: boolean;
  /**
   * Sends an archive (tar) for an import; never rejects.
   * @param onProgress told of octets that have gone out
   */
  send(
    archive: Blob,
    onProgress: (octets: number) => void,
    signal: AbortSignal,
  ): Promise<AdminResult<{ readonly id: string }>>;
  /** Lets the browser save what a link leads to. */
  save(link: DownloadLink): void;
}

import type { AdminResult, DownloadLink } from '../../core/admin/contract.ts';
import type { MailFiles } from './mail-files.ts';

/** Files for the tests of pages: it remembers what was sent and saved. */
export class FakeFiles implements MailFiles {
  readonly isHere: boolean;
  readonly sent: Blob[] = [];
  readonly saved: string[] = [];
  /** How what is sent comes to an end. */
  answer: (signal: AbortSignal) => Promise<AdminResult<{ readonly id: string }>> = async () => ({
    ok: true,
    value: { id: 'u1' },
  });

  constructor(isHere: boolean) {
    this.isHere = isHere;
  }

  send(archive: Blob, onProgress: (octets: number) => void, signal: AbortSignal) {
    this.sent.push(archive);
    onProgress(archive.size / 2);
    return this.answer(signal);
  }

  save({ link }: DownloadLink): void {
    this.saved.push(link);
  }
}

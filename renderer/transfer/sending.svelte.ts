import type { AdminApi, AdminResult, ArgsOf } from '../../core/admin/contract.ts';
import { uploadLimits } from '../../core/base/limits.ts';
import type { MailFiles } from '../api/mail-files.ts';
import { importText } from '../text/transfer.ts';
import { type NamedFile, packed } from './named-files.ts';

type Source = ArgsOf<'mail.import'>['source'];

/** Files on their way to the server. */
export class Sending {
  readonly #files: MailFiles;
  #sent = $state.raw<{ readonly done: number; readonly total: number } | undefined>();
  #abort = new AbortController();
  /** What is there already, for a second try: the same files are not sent twice. */
  #arrived: { readonly files: readonly NamedFile[]; readonly id: string } | undefined;

  constructor(files: MailFiles) {
    this.#files = files;
  }

  /** How far it is, in octets; undefined while nothing is sent. */
  get progress(): { readonly done: number; readonly total: number } | undefined {
    return this.#sent;
  }

  /** Imports what is chosen once it has gone over. */
  async import(
    admin: AdminApi,
    files: readonly NamedFile[],
    args: Omit<ArgsOf<'mail.import'>, 'source'>,
  ): Promise<AdminResult<{ readonly job: number }>> {
    const sent =
      this.#arrived?.files === files ? { ok: true as const, value: this.#arrived } : await this.#send(admin, files);
    if (!sent.ok) return sent;
    const source: Source = { kind: 'upload', id: sent.value.id };
    const reply = await admin.call('mail.import', { ...args, source });
    this.#arrived = reply.ok || reply.error.code === 'notFound' ? undefined : { files, id: sent.value.id };
    return reply;
  }

  /** What is under way is given up. */
  cancel(): void {
    this.#abort.abort();
  }

  async #send(admin: AdminApi, files: readonly NamedFile[]): Promise<AdminResult<{ readonly id: string }>> {
    const archive = packed(files);
    this.#abort = new AbortController();
    const problem = await problemOf(archive.size, admin);
    if (problem !== undefined) return { ok: false, error: { code: 'refused', message: problem, field: 'source' } };
    if (this.#abort.signal.aborted) return { ok: false, error: { code: 'refused', message: importText.givenUp } };
    this.#sent = { done: 0, total: archive.size };
    const told = (done: number) => {
      this.#sent = { done, total: archive.size };
    };
    const reply = await this.#files.send(archive, told, this.#abort.signal);
    this.#sent = undefined;
    return reply;
  }
}

/** Why the server would not take so much: a browser that has begun to send hears it late, or never. */
async function problemOf(octets: number, admin: AdminApi): Promise<string | undefined> {
  if (octets > uploadLimits.octets) return importText.tooMuch(uploadLimits.octets);
  const data = await admin.call('data.info', {});
  const free = data.ok ? data.value.freeOctets : undefined;
  return free !== undefined && octets >= free - uploadLimits.roomLeft ? importText.noRoom(octets, free) : undefined;
}

import type { AdminApi, AdminResult } from '../../core/admin/contract.ts';
import type { MailFiles } from '../api/mail-files.ts';

/** Lets the browser save what an export left on the server; from then on it is there no more. */
export async function saveDownload(admin: AdminApi, files: MailFiles, id: number): Promise<AdminResult<unknown>> {
  const reply = await admin.call('jobs.download', { id });
  if (reply.ok) files.save(reply.value);
  return reply;
}

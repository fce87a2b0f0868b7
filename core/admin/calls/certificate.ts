import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { AdminDependencies } from '../dependencies.ts';
import { blaming } from '../failure.ts';
import type { HandlersOf } from '../handlers.ts';

export function certificateCalls({
  certificate,
  logger,
}: Pick<AdminDependencies, 'certificate' | 'logger'>): HandlersOf<'certificate'> {
  return {
    'certificate.get': () => certificate.info,
    'certificate.import': async ({ certificate: pem, key, passphrase }) => {
      await blaming(fieldAtFault(pem, key, passphrase), () =>
        certificate.import({ certificate: pem, key, passphrase }),
      );
      logger.info({ fingerprint: certificate.info.fingerprint }, 'a certificate was imported');
      return certificate.info;
    },
    'certificate.renewSelfSigned': async () => {
      await blaming('certificate', () => certificate.renewSelfSigned(), 'refused');
      logger.info({ fingerprint: certificate.info.fingerprint }, 'a self-signed certificate was made anew');
      return certificate.info;
    },
  };
}

/** Which argument it is if the import fails. */
function fieldAtFault(certificate: string, key: string, passphrase: string | undefined): string {
  if (!works(() => new X509Certificate(certificate))) return 'certificate';
  if (works(() => createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) }))) return 'certificate';
  return key.includes('ENCRYPTED') ? 'passphrase' : 'key';
}

function works(step: () => unknown): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
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
    'certificate.issue': async ({ newRoot }) => {
      await blaming('certificate', () => certificate.issue(newRoot), 'refused');
      logger.info({ fingerprint: certificate.info.fingerprint }, 'a certificate was issued by the own authority');
      return certificate.info;
    },
    'certificate.authority': () => ({ authority: certificate.authority }),
  };
}

/** Which argument it is if the import fails. */
function fieldAtFault(certificate: string, key: string, passphrase: string | undefined): string {
  if (tried(() => new X509Certificate(certificate)) === undefined) return 'certificate';
  const read = tried(() => createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) }));
  if (read === undefined) return key.includes('ENCRYPTED') ? 'passphrase' : 'key';
  return belongs(certificate, read) ? 'certificate' : 'key';
}

/** Whether it is the key of one of the certificates, in whatever order they came. */
function belongs(certificates: string, key: KeyObject): boolean {
  const blocks = certificates.split(/(?=-----BEGIN )/);
  return blocks.some((block) => tried(() => new X509Certificate(block))?.checkPrivateKey(key) === true);
}

/** Undefined: it threw. */
function tried<Value>(step: () => Value): Value | undefined {
  try {
    return step();
  } catch {
    return undefined;
  }
}

import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { promisify } from 'node:util';
import { certificateLimits } from '../../base/limits.ts';

/**
 * A new private key in PEM: P-256, which every client since TLS 1.2 knows (Windows 7, iOS 5, Android 4.4, Outlook 2010).
 * Its signature costs the server 0.05 ms where RSA-2048 costs 0.7 ms, and handshakes run on the thread that serves all:
 * two hundred clients that reconnect at once must not be felt by the others.
 */
export async function newPrivateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'prime256v1' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** True for keys that `selfSignedCertificate` can make a certificate for. */
export function canSign(privateKey: string): boolean {
  const { asymmetricKeyType } = createPrivateKey(privateKey);
  return asymmetricKeyType === 'ec' || asymmetricKeyType === 'rsa';
}

/**
 * A certificate in PEM for that key and the names, which `machineNames` has made fit. Not an authority: trusting it on
 * an office's computers must not let the mail server's key vouch for any other name.
 */
export async function selfSignedCertificate(
  privateKey: string,
  names: readonly string[],
  now: number,
): Promise<string> {
  const { generate } = await import('selfsigned'); // not at every start: its modules take 150 ms
  const key = createPrivateKey(privateKey);
  const notBefore = now - certificateLimits.backdating;
  const { cert } = await generate(
    [{ name: 'commonName', value: names.find((name) => name.length <= 64) ?? 'localhost' }],
    {
      keyPair: {
        privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
        publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
      },
      ...keyKind(key),
      algorithm: 'sha256',
      notBeforeDate: new Date(notBefore),
      notAfterDate: new Date(notBefore + certificateLimits.validity),
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: key.asymmetricKeyType === 'rsa', critical: true },
        { name: 'extKeyUsage', serverAuth: true }, // Apple's systems want it
        {
          name: 'subjectAltName',
          altNames: names.map((name) =>
            isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name },
          ),
        },
      ],
    },
  );
  return cert;
}

function keyKind({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) {
  if (asymmetricKeyType === 'rsa') return { keyType: 'rsa' as const };
  const curve = asymmetricKeyDetails?.namedCurve;
  return {
    keyType: 'ec' as const,
    curve: curve === 'secp384r1' ? ('P-384' as const) : curve === 'secp521r1' ? ('P-521' as const) : ('P-256' as const),
  };
}

/**
 * The names and addresses by which clients reach this machine, fit for a certificate: those given, in ASCII; for one
 * without a dot its `.local` too, by which Macs and phones find it; and always this machine itself.
 */
export function machineNames(names: readonly string[]): readonly string[] {
  const given = names.flatMap((name) => {
    if (isIP(name) !== 0) return [name];
    const ascii = domainToASCII(name.trim().replace(/\.$/, '')).toLowerCase();
    if (ascii.length > 253 || !ascii.split('.').every((label) => /^[a-z0-9_][a-z0-9_-]{0,62}$/.test(label))) return [];
    return ascii.includes('.') || ascii === 'localhost' ? [ascii] : [ascii, `${ascii}.local`];
  });
  return [...new Set([...given, 'localhost', '127.0.0.1', '::1'])];
}

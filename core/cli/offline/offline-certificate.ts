import type { AdminCertificate } from '../../admin/dependencies.ts';
import { UserError } from '../../base/errors.ts';
import { type CertificateDependencies, openCertificate, type TlsCertificate } from '../../imap/access/certificate.ts';
import { CertificateFiles } from '../../imap/access/certificate-files.ts';
import type { AuthorityInfo, CertificateInfo } from '../../imap/access/certificate-info.ts';

type Imported = Parameters<AdminCertificate['import']>[0];

/** The certificate of a data folder: opened when a call is about it, for that may make one. */
export class OfflineCertificate implements AdminCertificate {
  readonly #folder: string;
  readonly #dependencies: CertificateDependencies;
  #certificate: TlsCertificate | undefined;

  constructor(folder: string, dependencies: CertificateDependencies) {
    this.#folder = folder;
    this.#dependencies = dependencies;
  }

  /** To be called before the members below. @param make when there is none. @throws UserError */
  async open(make: boolean): Promise<void> {
    if (!make && (await new CertificateFiles(this.#folder).read()).certificate === undefined) {
      throw new UserError('There is no certificate yet: the first start of the server makes one');
    }
    this.#certificate ??= await openCertificate(this.#folder, this.#dependencies);
  }

  get info(): CertificateInfo {
    return this.#opened.info;
  }

  import(imported: Imported): Promise<CertificateInfo> {
    return this.#opened.import(imported);
  }

  renewSelfSigned(): Promise<CertificateInfo> {
    return this.#opened.renewSelfSigned();
  }

  get authority(): AuthorityInfo | undefined {
    return this.#opened.authority;
  }

  issue(newRoot?: boolean): Promise<CertificateInfo> {
    return this.#opened.issue(newRoot);
  }

  /** Nobody else changes it meanwhile. */
  onChange(): () => void {
    return () => {};
  }

  async close(): Promise<void> {
    await this.#certificate?.close();
  }

  get #opened(): TlsCertificate {
    if (this.#certificate === undefined) throw new Error('the certificate was not opened');
    return this.#certificate;
  }
}

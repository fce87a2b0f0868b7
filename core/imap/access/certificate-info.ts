/** A certificate as the administrator sees it. Times are milliseconds since the epoch. */
export interface CertificateInfo {
  readonly subject: string;
  readonly issuer: string;
  /** The host names and addresses it is for. */
  readonly names: readonly string[];
  readonly validFrom: number;
  readonly validTo: number;
  readonly selfSigned: boolean;
  /** SHA-256 of the certificate, in hexadecimal with colons. */
  readonly fingerprint: string;
  /** It ends within 30 days, or has ended: in words, with the remedy. */
  readonly warning: string | undefined;
}

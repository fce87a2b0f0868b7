/** The office's own certificate authority: where its root certificate is installed, the server is trusted without a question. */
export interface AuthorityInfo {
  readonly subject: string;
  readonly validFrom: number;
  readonly validTo: number;
  /** SHA-256 of the root certificate, in hexadecimal with colons. */
  readonly fingerprint: string;
  /** The names, with all below them, and the networks that its certificates are believed for. */
  readonly permitted: readonly string[];
  /** The root certificate in PEM. */
  readonly certificate: string;
  /** The same as a configuration profile for iPhones, iPads and Macs (.mobileconfig). */
  readonly profile: string;
}

/** A certificate as the administrator sees it. Times are milliseconds since the epoch. */
export interface CertificateInfo {
  readonly subject: string;
  readonly issuer: string;
  /** The host names and addresses it is for. */
  readonly names: readonly string[];
  readonly validFrom: number;
  readonly validTo: number;
  readonly selfSigned: boolean;
  /** Issued by the office's own authority, and renewed by itself. */
  readonly ownAuthority: boolean;
  /** SHA-256 of the certificate, in hexadecimal with colons. */
  readonly fingerprint: string;
  /** It ends within 30 days, or has ended: in words, with the remedy. */
  readonly warning: string | undefined;
}

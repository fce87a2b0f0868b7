/**
 * The kinds of failure. Whatever is none of these is a bug of ours: it is logged with a reference and the client
 * sees that reference only (RFC 5530 section 3, SERVERBUG).
 */

/** Response codes that a refusal may carry (RFC 5530 section 3, RFC 9051 section 7.1 and the extensions' own). */
export type RefusalCode =
  | 'ALREADYEXISTS'
  | 'AUTHENTICATIONFAILED'
  | 'AUTHORIZATIONFAILED'
  | 'BADCHARSET'
  | 'CANNOT'
  | 'CLIENTBUG'
  | 'CONTACTADMIN'
  | 'CORRUPTION'
  | 'EXPIRED'
  | 'EXPUNGEISSUED'
  | 'HASCHILDREN'
  | 'INUSE'
  | 'LIMIT'
  | 'NONEXISTENT'
  | 'NOPERM'
  | 'NOTSAVED'
  | 'OVERQUOTA'
  | 'PRIVACYREQUIRED'
  | 'TOOBIG'
  | 'TRYCREATE'
  | 'UNAVAILABLE'
  | 'UNKNOWN-CTE'
  | 'USEATTR';

/** The server understood and will not: `NO [code] text`. The text is for people and names the remedy where there is one. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: RefusalCode | undefined;
  /** What follows the code inside the brackets, such as the charset list of BADCHARSET. */
  readonly codeArguments: string | undefined;

  constructor(code: RefusalCode | undefined, text: string, codeArguments?: string) {
    super(text);
    this.code = code;
    this.codeArguments = codeArguments;
  }
}

/** What came does not follow the grammar: `BAD text`. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** A person at the command line or in the window asked for something that cannot be done; the message names the remedy. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

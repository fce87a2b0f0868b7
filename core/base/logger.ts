/** What core needs of a logger; pino's loggers fit as they are. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Says nothing. For tests and for tools that report in their own way. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

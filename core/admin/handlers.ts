import type { ArgsOf, CallName, ResultOf } from './contract.ts';
import type { CallOrigin } from './elsewhere.ts';

/** What does the work of each call; arguments have been checked. Throws AdminFailure, UserError, Refused. */
export type CallHandlers = {
  readonly [Name in CallName]: (args: ArgsOf<Name>, from: CallOrigin) => ResultOf<Name> | Promise<ResultOf<Name>>;
};

/** Those whose names begin so. */
export type HandlersOf<Group extends string> = Pick<CallHandlers, Extract<CallName, `${Group}.${string}`>>;

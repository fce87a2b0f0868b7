import { Refused, UserError } from '../base/errors.ts';
import { FileHeld } from '../base/patiently.ts';
import type { AdminError, AdminErrorCode } from './contract.ts';

/** A call that cannot be done, with what the caller is told. */
export class AdminFailure extends Error {
  override readonly name = 'AdminFailure';
  readonly code: AdminErrorCode;
  readonly field: string | undefined;

  /** @param field the argument at fault, such as `password` */
  constructor(code: AdminErrorCode, message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

/** What the caller is told of a failure; undefined for a bug of ours. */
export function adminErrorOf(failure: unknown): AdminError | undefined {
  if (failure instanceof AdminFailure) return adminError(failure.code, failure.message, failure.field);
  if (failure instanceof UserError) return adminError('invalid', failure.message);
  if (failure instanceof Refused) return adminError(codeOfRefusal(failure), failure.message);
  if (failure instanceof FileHeld) return adminError('refused', failure.message);
  return undefined;
}

export function adminError(code: AdminErrorCode, message: string, field?: string): AdminError {
  return field === undefined ? { code, message } : { code, message, field };
}

function codeOfRefusal({ code }: Refused): AdminErrorCode {
  if (code === 'NONEXISTENT') return 'notFound';
  return code === 'ALREADYEXISTS' ? 'conflict' : 'refused';
}

/** Runs a step whose refusal for a person is about one argument. @throws AdminFailure naming it, or whatever else came. */
export async function blaming<Result>(
  field: string,
  step: () => Result | Promise<Result>,
  code: AdminErrorCode = 'invalid',
): Promise<Result> {
  try {
    return await step();
  } catch (failure) {
    if (failure instanceof UserError) throw new AdminFailure(code, failure.message, field);
    throw failure;
  }
}

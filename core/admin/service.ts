import type { z } from 'zod';
import { accessRuleCalls } from './calls/access-rules.ts';
import { certificateCalls } from './calls/certificate.ts';
import { clientCalls } from './calls/clients.ts';
import { groupCalls } from './calls/groups.ts';
import { jobCalls } from './calls/jobs.ts';
import { limitCalls } from './calls/limits.ts';
import { logCalls } from './calls/log.ts';
import { mailCalls } from './calls/mail.ts';
import { serverCalls } from './calls/server.ts';
import { serviceCalls } from './calls/services.ts';
import { sessionCalls } from './calls/sessions.ts';
import { settingsCalls } from './calls/settings.ts';
import { setupCalls } from './calls/setup.ts';
import { shareCalls } from './calls/shares.ts';
import { userCalls } from './calls/users.ts';
import { type AdminApi, type AdminResult, type ArgsOf, type CallName, calls, type ResultOf } from './contract.ts';
import type { AdminDependencies } from './dependencies.ts';
import { type CallOrigin, needSafeFromElsewhere } from './elsewhere.ts';
import { AdminEvents } from './events.ts';
import { AdminFailure, adminError, adminErrorOf } from './failure.ts';
import type { CallHandlers } from './handlers.ts';
import { Jobs } from './jobs.ts';

/** The administration for callers on this computer and on others. */
export interface AdminService extends AdminApi {
  /** @param from who calls; from elsewhere less may be said (needSafeFromElsewhere) */
  call<Name extends CallName>(name: Name, args: ArgsOf<Name>, from?: CallOrigin): Promise<AdminResult<ResultOf<Name>>>;
  /** Tells no more events, takes no more calls, ends jobs, and waits for all under way: they need what is closed next. */
  close(): Promise<void>;
}

/** Puts the administration together: checks arguments, runs the call, says what came of it. */
export function createAdminService(dependencies: AdminDependencies): AdminService {
  const jobs = new Jobs(dependencies);
  const handlers: CallHandlers = {
    ...serverCalls(dependencies, jobs),
    ...setupCalls(dependencies),
    ...clientCalls(dependencies),
    ...settingsCalls(dependencies),
    ...userCalls(dependencies, jobs),
    ...groupCalls(dependencies),
    ...shareCalls(dependencies),
    ...serviceCalls(dependencies),
    ...sessionCalls(dependencies),
    ...limitCalls(dependencies),
    ...accessRuleCalls(dependencies),
    ...certificateCalls(dependencies),
    ...logCalls(dependencies),
    ...mailCalls(dependencies, jobs),
    ...jobCalls(jobs),
  };
  const events = new AdminEvents(dependencies, jobs);
  const running = new Set<Promise<unknown>>();
  let closed = false;
  return {
    call: async (name, args, from = 'here') => {
      if (closed) return { ok: false, error: adminError('refused', 'The server is shutting down') };
      const outcome = run(handlers, name, args, from);
      running.add(outcome);
      try {
        return { ok: true, value: await outcome };
      } catch (failure) {
        return { ok: false, error: adminErrorOf(failure) ?? bug(failure, name, dependencies) };
      } finally {
        running.delete(outcome);
      }
    },
    onEvent: (listener) => events.onEvent(listener),
    async close() {
      closed = true;
      events.close();
      await jobs.close();
      await Promise.allSettled(running);
    },
  };
}

export function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}

async function run<Name extends CallName>(handlers: CallHandlers, name: Name, args: unknown, from: CallOrigin) {
  if (!isCallName(name)) throw new AdminFailure('invalid', `There is no call ${JSON.stringify(name)}`);
  const schema = calls[name].args as z.ZodType<ArgsOf<Name>>;
  const checked = checkedArguments(schema, args);
  if (from === 'elsewhere') needSafeFromElsewhere(schema, checked);
  return handlers[name](checked, from);
}

/** @throws AdminFailure naming the first argument that is wrong */
function checkedArguments<Args>(schema: z.ZodType<Args>, args: unknown): Args {
  const checked = schema.safeParse(args);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const field = issue?.path.map(String).join('.');
  const message = issue?.message ?? 'The arguments are wrong';
  throw field ? new AdminFailure('invalid', `${field}: ${message}`, field) : new AdminFailure('invalid', message);
}

function bug(failure: unknown, name: string, { logger, random }: AdminDependencies) {
  const reference = Buffer.from(random(6)).toString('hex');
  logger.error({ err: failure, reference, call: name }, 'an administration call failed through a bug');
  const message = `This is a bug of ours. The log has more under ${reference}; please report it`;
  return { code: 'internal', message } as const;
}

export type { AdminResult };

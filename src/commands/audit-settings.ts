import type { AuditSetup } from '../fleet/audit-setup.ts';
import type { AuditPlan } from './audit-plan.ts';
import type { Invocation, OptionSpec } from './command.ts';
import { judgingOptions } from './judge.ts';
import { countOption } from './shared-store.ts';

/** The options that decide how an audit judges; the same as those of `check`. */
export const setupOptions: Readonly<Record<'offline' | 'deep' | 'timeout', OptionSpec>> = {
  offline: judgingOptions.offline,
  deep: judgingOptions.deep,
  timeout: judgingOptions.timeout,
};

/** How an audit judges, by its options and its plan. Throws `GateError` `usage`. */
export function readAuditSetup(invocation: Invocation, { floor, npmrc }: AuditPlan): AuditSetup {
  const isDeep = invocation.flag('deep');
  return {
    now: invocation.environment.now,
    isOffline: invocation.flag('offline'),
    isDeep,
    deadline: (countOption(invocation, 'timeout', { least: 1, most: 86_400 }) ?? (isDeep ? 600 : 120)) * 1000,
    ...(floor === undefined ? {} : { floor }),
    ...(npmrc === undefined ? {} : { npmrc }),
  };
}

import { GateError } from '../model/gate-error.ts';
import type { RuleId } from '../model/finding.ts';
import type { Waiver } from '../model/policy.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';
import type { OptionSpec } from './command.ts';

/** Options of every command that can permit a finding once. */
export const allowOnceOptions: Readonly<Record<'allow-once' | 'reason' | 'owner', OptionSpec>> = {
  'allow-once': {
    type: 'string',
    value: 'RULE:PACKAGE@VERSION',
    isRepeatable: true,
    description: 'Emergency: permit one finding in this run, with --reason and --owner',
  },
  reason: { type: 'string', value: 'TEXT', description: 'With --allow-once: why, in at least 15 characters' },
  owner: { type: 'string', value: 'WHO', description: 'With --allow-once: who answers for it' },
};

/** A finding as the command line names it: `RULE:PACKAGE@VERSION`. */
export interface NamedFinding {
  readonly rule: string;
  readonly package: string;
  readonly versions: string;
}

/** Reads `RULE:PACKAGE@VERSION`. Throws `GateError` (`usage`). */
export function parseNamedFinding(text: string | undefined): NamedFinding {
  const match = /^([a-z0-9-]+\/[a-z0-9-]+):((?:@[^@\s/]+\/)?[^@\s/]+)@(\S+)$/.exec(text ?? '');
  const [, rule, name, version] = match ?? [];
  if (rule === undefined || name === undefined || version === undefined) {
    throw new GateError('usage', `${JSON.stringify(text ?? '')} names no finding`, {
      hint: 'RULE:PACKAGE@VERSION, e.g. release-age/too-new:left-pad@1.3.1',
    });
  }
  return { rule, package: name, versions: version };
}

/**
 * The emergency exit: waivers for this run alone. A reason and an owner are asked for, and every report shows them; rules that
 * no waiver lifts stay.
 */
export function onceWaivers(
  findings: readonly string[],
  reason: string | undefined,
  owner: string | undefined,
  now: Milliseconds,
): readonly Waiver[] {
  if (findings.length === 0) return [];
  if (owner === undefined || (reason ?? '').trim().length < 15) {
    throw new GateError('usage', '--allow-once needs --owner and a --reason of at least 15 characters', {
      hint: 'both are written into every report',
    });
  }
  return findings.map(parseNamedFinding).map((finding) => ({
    ...finding,
    rule: finding.rule as RuleId, // its pattern is that of a rule id
    reason: `ALLOWED ONCE: ${reason}`,
    owner,
    expires: milliseconds(now + 1),
    location: { file: 'command line', line: 1 },
  }));
}

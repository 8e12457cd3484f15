import type { LicenceVerdict } from './evaluate.ts';
import { evaluateExpression } from './evaluate.ts';
import { parseExpression } from './expression.ts';
import type { LicenceFieldOptions } from './field.ts';
import { readLicenceField } from './field.ts';
import type { LicenceFieldKind, LicenceFieldReading } from './field-reading.ts';
import type { LicencePolicy } from './policy.ts';

/** What a raw licence field says and what a policy makes of it. */
export interface JudgedField {
  readonly reading: LicenceFieldReading;
  readonly verdict:
    | Extract<LicenceVerdict, { verdict: 'allow' | 'deny' }>
    /** Nobody can say for certain what it grants. */
    | { readonly verdict: 'review'; readonly problem: LicenceFieldKind };
}

/**
 * Judges the raw JSON value of a licence field. A partly readable value passes only when every reading of it passes, and is
 * never denied for what could not be read: that is a matter for a person.
 */
export function judgeLicenceField(value: unknown, policy: LicencePolicy, options: LicenceFieldOptions = {}): JudgedField {
  const reading = readLicenceField(value, options);
  const review: JudgedField = { reading, verdict: { verdict: 'review', problem: reading.kind } };
  if (reading.kind === 'unlicensed') return { reading, verdict: { verdict: 'deny', missing: [], problem: 'unlicensed' } };
  if (reading.resolution.state === 'unresolved') return review;
  const parsed = parseExpression(reading.resolution.expression);
  if (!parsed.ok) return review;
  const verdict = evaluateExpression(parsed.expression, policy);
  if (verdict.verdict === 'review') return review;
  return verdict.verdict === 'deny' && reading.resolution.state === 'partial' ? review : { reading, verdict };
}

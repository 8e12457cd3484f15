import { type LicenceCategory, categoryOf, licenceCategories } from './categories.ts';
import { type LicenceExpression, parseExpression } from './expression.ts';
import { readLicenceField } from './field.ts';

/** What a licence overview groups by: a category, or why there is none. `other` is readable and in no category. */
export type LicenceGroup = LicenceCategory | 'other' | 'no-rights' | 'unknown';

/** All groups, mildest first. */
export const licenceGroups: readonly LicenceGroup[] = [...licenceCategories, 'other', 'no-rights', 'unknown'];

/** One raw licence field, understood for an overview. */
export interface SummarisedLicence {
  /** The expression where it could be read, else the raw value as text. */
  readonly licence: string;
  readonly group: LicenceGroup;
  /** What may have been meant, for what could not be read. */
  readonly suggestions: readonly string[];
}

/**
 * Puts a raw field into one group: of a choice the mildest alternative, of licences that hold together the strictest. A field that
 * can be read only in part counts as unknown.
 */
export function summariseLicence(field: unknown): SummarisedLicence {
  const { kind, resolution, suggestions } = readLicenceField(field);
  const raw = field === undefined || field === null ? '' : typeof field === 'string' ? field : (JSON.stringify(field) ?? '');
  if (resolution.state === 'resolved') {
    const parsed = parseExpression(resolution.expression);
    if (parsed.ok) return { licence: resolution.expression, group: groupOf(parsed.expression), suggestions };
  }
  return { licence: raw, group: kind === 'unlicensed' || kind === 'proprietary' ? 'no-rights' : 'unknown', suggestions };
}

function groupOf(expression: LicenceExpression): LicenceGroup {
  if (expression.kind === 'term') return categoryOf(expression.term.id) ?? 'other';
  const groups = expression.operands.map(groupOf).sort((a, b) => licenceGroups.indexOf(a) - licenceGroups.indexOf(b));
  return (expression.kind === 'or' ? groups[0] : groups.at(-1)) ?? 'unknown';
}

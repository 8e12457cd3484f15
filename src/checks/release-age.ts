import { fixedAdvisories } from '../evidence/fixed-advisories.ts';
import { publishTime } from '../evidence/publish-time.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import type { Advisory } from '../model/advisory.ts';
import { labelOf } from '../model/component.ts';
import type { Fact } from '../model/finding.ts';
import { daysToMilliseconds, days, formatDate, formatDuration } from '../model/units.ts';
import { type AgeException, ageExceptions, limitFor } from './age-exceptions.ts';
import { originEvidence, trustedBy } from './trusted.ts';

export interface ReleaseAgeOptions {
  readonly 'error-below': number;
  readonly 'warn-below': number;
  readonly exceptions: readonly AgeException[];
}

const defaults: ReleaseAgeOptions = {
  'error-below': daysToMilliseconds(days(1)),
  'warn-below': daysToMilliseconds(days(7)),
  exceptions: [],
};

/** Has this version been public long enough for somebody to have looked at it. */
export const releaseAge: AnyCheck = defineCheck({
  id: 'release-age',
  scope: 'component',
  needs: { publishTime },
  uses: { fixedAdvisories, ...originEvidence },
  options: {
    defaults,
    properties: {
      'error-below': { type: 'string', format: 'duration', default: '24h', description: 'A version younger than this is an error.' },
      'warn-below': { type: 'string', format: 'duration', default: '7d', description: 'A version younger than this is a warning.' },
      exceptions: ageExceptions,
    },
  },
  rules: {
    'release-age/too-new': {
      severity: 'error',
      summary: 'The version was published less than a day ago',
      why: 'Nearly every hijacked release is found and removed within hours. Waiting a day costs little and meets most of them.',
      fix: 'Stay on the version before, or wait. A waiver for one exact version lasts at most 14 days.',
      incident: 'chalk and debug (2025-09-08) were malicious for about two hours, axios (2026-03-31) for two to four.',
      family: 'freshness',
    },
    'release-age/recent': {
      severity: 'warning',
      summary: 'The version was published less than a week ago',
      why: 'Some attacks live for days before somebody looks.',
      fix: 'Wait some days if nothing presses.',
      family: 'freshness',
    },
  },
  evaluate: ({ subject: { component }, known, used, options, context }) => {
    const time = known.publishTime;
    if (time.status === 'not-in-registry') return { notApplicable: 'the registry does not know this version' };
    const exception = limitFor(options.exceptions, component.name);
    const age = context.now - time.publishedAt;
    const errorBelow = exception?.after ?? options['error-below'];
    const warnBelow = exception?.after ?? options['warn-below'];
    if (age >= errorBelow && age >= warnBelow) return [];
    const trusted = trustedBy(component, used, context);
    if (trusted !== undefined) return { notApplicable: trusted };
    const isTooNew = !(age >= errorBelow);
    const name = labelOf(component);
    const limit = isTooNew ? errorBelow : warnBelow;
    const passesAt = time.publishedAt + limit;
    const wait = `wait until ${formatDate(passesAt)}`;
    const waiting =
      time.previous === undefined
        ? wait
        : `stay on ${time.previous.version} (${formatDuration(context.now - time.previous.publishedAt)} old), or ${wait}`;
    const fixes = used.fixedAdvisories ?? [];
    return [
      {
        rule: isTooNew ? 'release-age/too-new' : 'release-age/recent',
        // Only a note, but a second kind of evidence still raises it.
        ...(fixes.length > 0 && age >= 0 ? { severity: 'note' as const } : {}),
        message:
          age < 0
            ? `${name} claims to be published in the future, on ${formatDate(time.publishedAt)}`
            : `${name} was published ${formatDuration(age)} ago`,
        facts: [
          { label: 'published', value: new Date(time.publishedAt).toISOString(), source: 'registry' },
          { label: 'asked for', value: `at least ${formatDuration(limit)}`, source: 'policy' },
          ...fixes.slice(0, 3).map((fix) => fixFact(fix, time.previous?.version)),
        ],
        help: [fixes.length > 0 ? 'look at what changed since the version before, and take it: to wait is to keep the flaw' : waiting],
        policyKey: `checks.release-age.${isTooNew ? 'error-below' : 'warn-below'}`,
        passesAt,
        ...(fixes.length === 0 && time.previous !== undefined && context.now - time.previous.publishedAt >= limit
          ? { fixVersion: time.previous.version }
          : {}),
      },
    ];
  },
});

function fixFact({ id, severity, summary, source }: Advisory, previous = 'the version before'): Fact {
  return { label: 'fixes', value: `${id} (${severity}), which hits ${previous}: ${summary}`, source };
}

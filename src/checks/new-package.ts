import { type Popularity, popularity } from '../evidence/popularity.ts';
import { publishTime } from '../evidence/publish-time.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import type { Fact } from '../model/finding.ts';
import { days, daysToMilliseconds, formatDate, formatDuration } from '../model/units.ts';
import { type AgeException, ageExceptions, limitFor } from './age-exceptions.ts';
import { originEvidence, trustedBy } from './trusted.ts';

interface NewPackageOptions {
  readonly 'error-below': number;
  readonly 'warn-below': number;
  readonly exceptions: readonly AgeException[];
}

const defaults: NewPackageOptions = {
  'error-below': daysToMilliseconds(days(7)),
  'warn-below': daysToMilliseconds(days(30)),
  exceptions: [],
};

/** Downloads a month of a whole scope that has long been in use. */
const establishedFrom = 1_000_000;

/** Has the name itself existed for some time. */
export const newPackage: AnyCheck = defineCheck({
  id: 'new-package',
  scope: 'component',
  needs: { publishTime },
  uses: { popularity, ...originEvidence },
  options: {
    defaults,
    properties: {
      'error-below': { type: 'string', format: 'duration', default: '7d', description: 'A name younger than this is an error.' },
      'warn-below': { type: 'string', format: 'duration', default: '30d', description: 'A name younger than this is a warning.' },
      exceptions: ageExceptions,
    },
  },
  rules: {
    'new-package/too-new': {
      severity: 'error',
      summary: 'The package name was first published less than a week ago',
      why: 'Typosquats, invented names and the helper packages of an attack are new names: they live for days until they are reported.',
      fix: 'Ask who needs it. If it is your own, except its scope in the policy.',
      incident: 'plain-crypto-js was less than a day old when the hijacked axios (2026-03-31) asked for it.',
      family: 'freshness',
    },
    'new-package/recent': {
      severity: 'warning',
      summary: 'The package name was first published less than a month ago',
      why: 'A young name has little history that would speak for it.',
      fix: 'Look at who publishes it and what it replaces.',
      family: 'freshness',
    },
  },
  evaluate: ({ subject: { component }, known, used, options, context }) => {
    const time = known.publishTime;
    if (time.status === 'not-in-registry') return { notApplicable: 'the registry does not know this version' };
    const exception = limitFor(options.exceptions, component.name);
    const age = context.now - time.firstPublishedAt;
    const errorBelow = exception?.after ?? options['error-below'];
    const warnBelow = exception?.after ?? options['warn-below'];
    if (age >= errorBelow && age >= warnBelow) return [];
    const trusted = trustedBy(component, used, context);
    if (trusted !== undefined) return { notApplicable: trusted };
    const isTooNew = !(age >= errorBelow);
    const passesAt = time.firstPublishedAt + (isTooNew ? errorBelow : warnBelow);
    return [
      {
        rule: isTooNew ? 'new-package/too-new' : 'new-package/recent',
        message:
          age < 0
            ? `${component.name} claims to be first published in the future`
            : `${component.name} exists for ${formatDuration(age)} only`,
        facts: [
          { label: 'first published', value: new Date(time.firstPublishedAt).toISOString(), source: 'registry' },
          { label: 'versions', value: String(time.versionCount), source: 'registry' },
        ],
        counterFacts: establishedScope(used.popularity),
        help: [`find out who publishes it and why it is needed, or wait until ${formatDate(passesAt)}`],
        policyKey: `checks.new-package.${isTooNew ? 'error-below' : 'warn-below'}`,
        passesAt,
      },
    ];
  },
});

/** Only a scope's owner publishes into it: what has been used for long by many speaks for what is new beside it. */
function establishedScope(known: Popularity | undefined): readonly Fact[] {
  return (known?.scopeDownloads ?? 0) >= establishedFrom
    ? [{ label: 'scope', value: 'its other packages are among the most used', source: 'allowlists/popular-names' }]
    : [];
}

import { advisories } from '../evidence/advisories.ts';
import type { Advisory, AdvisorySeverity } from '../model/advisory.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { FindingDraft, RuleId } from '../model/finding.ts';
import { days, daysToMilliseconds } from '../model/units.ts';
import { advisoryFacts, dependantsFact } from './advisory-facts.ts';

/** Where advisories come from; `gate.ts` hands this to the collectors. The malware check lives on the same evidence. */
export interface AdvisoryOptions {
  readonly source: 'registry' | 'import' | 'api';
  readonly 'api-url': string;
  /** Milliseconds. */
  readonly 'stale-after': number;
}

const defaults: AdvisoryOptions = {
  source: 'registry',
  'api-url': 'https://api.osv.dev',
  'stale-after': daysToMilliseconds(days(7)),
};

const family = 'known-bad';
const fix =
  'Update to the fixed version that the finding names. Where none exists, replace the package, or waive the finding with the reason why the flaw does not reach you.';

/** Does a published advisory hit this version. */
export const advisory: AnyCheck = defineCheck({
  id: 'advisory',
  scope: 'component',
  needs: { advisories },
  uses: {},
  options: {
    defaults,
    properties: {
      source: {
        type: 'string',
        enum: ['registry', 'import', 'api'],
        default: 'registry',
        description:
          'Where advisories come from: the registries and what was imported besides, what was imported alone (offline), or an OSV API.',
      },
      'api-url': { type: 'string', format: 'uri', default: 'https://api.osv.dev', description: 'The OSV API of the source api.' },
      'stale-after': {
        type: 'string',
        format: 'duration',
        default: '7d',
        description: 'Imported or remembered advisories older than this prove nothing.',
      },
    },
  },
  rules: {
    'advisory/critical': {
      severity: 'error',
      summary: 'The version has a known critical flaw',
      why: 'The flaw is published: whoever looks for targets knows it.',
      fix,
      family,
    },
    'advisory/high': {
      severity: 'error',
      summary: 'The version has a known flaw of high severity',
      why: 'The flaw is published: whoever looks for targets knows it.',
      fix,
      family,
    },
    'advisory/moderate': {
      severity: 'warning',
      summary: 'The version has a known flaw of moderate severity',
      why: 'It takes special circumstances to use the flaw, or little is gained by it.',
      fix,
      family,
    },
    'advisory/low': {
      severity: 'note',
      summary: 'The version has a known flaw of low severity',
      why: 'Hardly anybody can use the flaw; it leaves with the next update.',
      fix,
      family,
    },
    'advisory/unrated': {
      severity: 'error',
      summary: 'The version has a known flaw that nobody has rated',
      why: 'A flaw without a rating may be any: it counts as high until somebody says otherwise.',
      fix,
      family,
    },
  },
  evaluate: ({ subject: { component }, known, context }) => {
    const flaws = known.advisories.filter(({ isMalware }) => !isMalware);
    if (flaws.length === 0) return [];
    const dependants = dependantsFact(component, context.inventory);
    return flaws.map((one) => findingOf(labelOf(component), one, [...advisoryFacts(one), ...dependants]));
  },
});

const rules: Readonly<Record<AdvisorySeverity, RuleId>> = {
  critical: 'advisory/critical',
  high: 'advisory/high',
  moderate: 'advisory/moderate',
  low: 'advisory/low',
  unrated: 'advisory/unrated',
};

function findingOf(label: string, one: Advisory, facts: NonNullable<FindingDraft['facts']>): FindingDraft {
  return {
    rule: rules[one.severity],
    key: one.id,
    message: `${label} has a known flaw: ${one.summary} (${one.id})`,
    facts,
    help: [wayOut(one)],
    ...(one.fixedVersions[0] === undefined ? {} : { fixVersion: one.fixedVersions[0] }),
  };
}

function wayOut({ fixedVersions: [nearest, ...others], lastAffected }: Advisory): string {
  if (nearest !== undefined) {
    const further = others.length === 0 ? '' : ` (also fixed in ${others.slice(0, 3).join(', ')})`;
    return `update to ${nearest} or later, the nearest fixed version${further}`;
  }
  if (lastAffected !== undefined) return `update to a version above ${lastAffected}`;
  return 'no fixed version is known: replace the package, or waive the finding with the reason why the flaw does not reach you';
}

import { packument } from '../evidence/packument.ts';
import { verifiedProvenance } from '../evidence/verified-provenance.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { Fact } from '../model/finding.ts';
import { coversPackage } from '../model/package-pattern.ts';
import { accountOf, isBuiltFrom, repositoryOf } from './trusted.ts';

interface ApprovedSourcesOptions {
  readonly mode: string;
  readonly packages: readonly string[];
  readonly publishers: readonly string[];
  readonly repositories: readonly string[];
}

const defaults: ApprovedSourcesOptions = { mode: 'off', packages: [], publishers: [], repositories: [] };

/** Does every package come from somebody whom the policy names, where it allows nobody else. */
export const approvedSources: AnyCheck = defineCheck({
  id: 'approved-sources',
  scope: 'component',
  needs: { packument },
  uses: { provenance: verifiedProvenance },
  options: {
    defaults,
    properties: {
      mode: {
        type: 'string',
        enum: ['off', 'approved-only'],
        default: 'off',
        description: 'approved-only refuses whatever no list below covers.',
      },
      packages: {
        type: 'array',
        default: [],
        description: 'Packages and scopes that are approved.',
        items: { type: 'string', format: 'package-pattern', description: 'An exact name or @scope/*.' },
      },
      publishers: {
        type: 'array',
        default: [],
        description: 'Accounts whose releases are approved, as the registry names them.',
        items: { type: 'string', minLength: 1 },
      },
      repositories: {
        type: 'array',
        default: [],
        description: 'Repositories whose builds are approved; proven by provenance, a claim in package.json is not enough.',
        items: { type: 'string', minLength: 3 },
      },
    },
  },
  rules: {
    'approved-sources/not-approved': {
      severity: 'error',
      summary: 'The package comes from nobody whom the policy approves',
      why: 'In approved-only mode a person decides once who may deliver code; everybody else is refused.',
      fix: 'Have the package, its publisher or its repository approved, or take it out.',
      family: 'policy',
    },
  },
  evaluate: ({ subject: { component }, known: { packument: document }, used, options }) => {
    if (options.mode !== 'approved-only') return { notApplicable: 'the policy names no approved sources' };
    if (options.packages.some((pattern) => coversPackage(pattern, component.name))) return [];
    const account = accountOf(document.releases.get(component.version));
    if (account !== undefined && options.publishers.includes(account)) return [];
    const built = repositoryOf(used.provenance);
    if (built !== undefined && options.repositories.some((repository) => isBuiltFrom(built, repository))) return [];
    const facts: Fact[] = [
      { label: 'publisher', value: account ?? 'not an account that the registry names', source: 'registry' },
      { label: 'built from', value: built ?? 'not proven', source: 'provenance' },
    ];
    return [
      {
        rule: 'approved-sources/not-approved',
        message: `${labelOf(component)} comes from no approved source`,
        facts,
        help: ['have the package, its publisher or its repository approved under checks.approved-sources'],
        policyKey: 'checks.approved-sources.mode',
      },
    ];
  },
});

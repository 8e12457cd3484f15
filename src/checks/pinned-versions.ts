import semver from 'semver';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import type { FindingDraft } from '../model/finding.ts';
import type { DeclaredDependency } from '../model/inventory.ts';

interface PinnedVersionsOptions {
  readonly require: string;
  readonly 'except-dev': boolean;
}

const defaults: PinnedVersionsOptions = { require: 'any', 'except-dev': false };

/** Do the manifests of this repository ask for exact versions, where the policy wants that. */
export const pinnedVersions: AnyCheck = defineCheck({
  id: 'pinned-versions',
  scope: 'inventory',
  needs: {},
  uses: {},
  options: {
    defaults,
    properties: {
      require: {
        type: 'string',
        enum: ['any', 'exact'],
        default: 'any',
        description: 'What manifests may ask for; exact refuses ranges and tags.',
      },
      'except-dev': { type: 'boolean', default: false, description: 'Whether development dependencies may be ranges all the same.' },
    },
  },
  rules: {
    'pinned-versions/range': {
      severity: 'error',
      summary: 'A manifest asks for a range or a tag where the policy wants one exact version',
      why: 'The lockfile holds one version today; the next install without it, or the next update, takes whatever is newest then.',
      fix: 'Write the locked version into the manifest.',
      family: 'policy',
    },
    'pinned-versions/not-locked': {
      severity: 'error',
      summary: 'A dependency of a manifest has no entry in the lockfile, where the policy wants exact versions',
      why: 'What is not locked is resolved anew on every machine.',
      fix: 'Install again and commit the lockfile.',
      family: 'policy',
    },
  },
  evaluate: ({ options, context: { inventory } }) => {
    if (options.require !== 'exact') return { notApplicable: 'the policy asks for no exact versions' };
    return inventory.declared
      .filter(({ kind }) => kind !== 'peer' && !(kind === 'dev' && options['except-dev']))
      .flatMap((declared) => judge(declared, declared.to === undefined ? undefined : inventory.components.get(declared.to)?.version));
  },
});

function judge(declared: DeclaredDependency, locked: string | undefined): readonly FindingDraft[] {
  const { name, range, kind, location } = declared;
  const base = { key: `${location.file} ${kind} ${name}`, locations: [location], policyKey: 'checks.pinned-versions.require' };
  const facts = [{ label: 'manifest', value: range, source: location.file }];
  const drafts: FindingDraft[] = [];
  if (!isExact(range)) {
    const help = locked === undefined || locked === '' ? [] : [`write ${locked} into ${location.file}`];
    drafts.push({ ...base, rule: 'pinned-versions/range', message: `${location.file} asks for ${name} ${range}`, facts, help });
  }
  if (declared.to === undefined && kind !== 'optional')
    drafts.push({ ...base, rule: 'pinned-versions/not-locked', message: `${name} of ${location.file} is not in the lockfile`, facts });
  return drafts;
}

/** One version, behind an alias too; a member or folder of this repository; or a commit. */
function isExact(range: string): boolean {
  if (/^(workspace|file|link|portal):/.test(range)) return true;
  const version = range
    .replace(/^npm:(?:@[^/@\s]+\/)?[^/@\s]+@/, '')
    .replace(/^npm:/, '')
    .replace(/^=/, '');
  return semver.valid(version) === version || /#[0-9a-f]{40}$/.test(range);
}

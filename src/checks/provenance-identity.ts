import { packument } from '../evidence/packument.ts';
import { verifiedProvenance } from '../evidence/verified-provenance.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { Fact, FindingDraft, RuleId } from '../model/finding.ts';
import { mostSpecific } from '../model/package-pattern.ts';
import { type BuildPolicy, outsiderTriggers, proveBuild, proveRepository } from '../provenance/build-policy.ts';
import { type BuildIdentity, type BuildProvider, workflowPath } from '../provenance/identity.ts';
import type { Refusal } from '../provenance/verdict.ts';
import { allProviders, providersOption } from './build-providers.ts';

interface ExpectedBuild {
  readonly repository: string;
  readonly workflow?: string;
}

/** As a policy sets them. */
export interface IdentityOptions {
  readonly expected: Readonly<Record<string, ExpectedBuild>>;
  readonly providers: readonly BuildProvider[];
  readonly builders: readonly string[];
  readonly 'allowed-triggers': readonly string[];
  readonly 'self-hosted-runners': boolean;
}

const defaults: IdentityOptions = { expected: {}, providers: [], builders: [], 'allowed-triggers': [], 'self-hosted-runners': false };

/** Refusals of the build policy that have a rule of their own; all others mean that the attestation contradicts itself. */
const rules: Readonly<Record<string, RuleId>> = {
  issuer: 'provenance-identity/untrusted-issuer',
  identity: 'provenance-identity/not-a-build',
  trigger: 'provenance-identity/risky-trigger',
  ref: 'provenance-identity/unreviewed-ref',
  runner: 'provenance-identity/self-hosted-runner',
  builder: 'provenance-identity/unexpected-builder',
};

/** Who built it, by the certificate alone: the right repository, a build that no outsider could start. */
export const provenanceIdentity: AnyCheck = defineCheck({
  id: 'provenance-identity',
  scope: 'component',
  needs: { packument, provenance: verifiedProvenance },
  uses: {},
  options: {
    defaults,
    properties: {
      expected: {
        type: 'object',
        default: {},
        description: 'The repository, and the workflow in it, that a package or scope must be built from.',
        additionalProperties: {
          type: 'object',
          description: 'What it must be built from.',
          required: ['repository'],
          properties: {
            repository: { type: 'string', minLength: 3, description: 'Any usual way of writing it, e.g. github:owner/name.' },
            workflow: { type: 'string', minLength: 1, description: 'Path in the repository, e.g. .github/workflows/release.yml.' },
          },
        },
      },
      providers: providersOption,
      builders: {
        type: 'array',
        default: [],
        description: 'Reusable workflows, without ref, that alone may sign for other repositories; empty: any.',
        items: { type: 'string', format: 'uri' },
      },
      'allowed-triggers': {
        type: 'array',
        default: [],
        description: 'Events to allow although outsiders can cause them.',
        items: { type: 'string', minLength: 1 },
      },
      'self-hosted-runners': { type: 'boolean', default: false, description: 'Whether builds on self-hosted runners are believed.' },
    },
  },
  rules: {
    'provenance-identity/wrong-repository': {
      severity: 'error',
      summary: 'The version was built from another repository than its package.json or the policy names',
      why: 'Valid provenance proves where the bytes come from, not that this is the right place. A fork with a stolen token has valid provenance, too.',
      fix: 'Compare both repositories. If the project has moved, name the new one under `expected`.',
      family: 'identity',
    },
    'provenance-identity/unexpected-workflow': {
      severity: 'error',
      summary: 'The version was built by another workflow than the policy names',
      why: 'Whoever may add a workflow may publish with it, without touching the one that people review.',
      fix: 'Read the workflow that built it. If the project has changed its release, name the new one under `expected`.',
      family: 'identity',
    },
    'provenance-identity/risky-trigger': {
      severity: 'error',
      summary: 'The build was started by an event that outsiders can cause',
      why: 'A comment or a pull request of a stranger can then publish: the build runs with the project’s rights and the stranger’s content.',
      fix: 'Do not install it. If the project does this on purpose, name the event under `allowed-triggers`.',
      incident: '7nohe/openapi-react-query-codegen (2026-08): published by a workflow that a pull-request comment could start.',
      family: 'identity',
    },
    'provenance-identity/unreviewed-ref': {
      severity: 'error',
      summary: 'The build is of a ref that is neither a branch nor a tag',
      why: 'refs/pull is anybody’s content: nobody has merged or reviewed it.',
      fix: 'Do not install it.',
      family: 'identity',
    },
    'provenance-identity/self-hosted-runner': {
      severity: 'error',
      summary: 'The build ran on a machine that nobody vouches for',
      why: 'On a self-hosted runner the builder can be changed by whoever owns the machine, or ran there before.',
      fix: 'Let the policy say `self-hosted-runners: true` if you trust these machines.',
      family: 'identity',
    },
    'provenance-identity/untrusted-issuer': {
      severity: 'error',
      summary: 'The build’s identity was issued by somebody whom the policy does not name',
      why: 'Every issuer of the public certificate authority can vouch for any name it likes within its own realm.',
      fix: 'If it is your own GitHub Enterprise or GitLab, name it under `providers`.',
      family: 'identity',
    },
    'provenance-identity/not-a-build': {
      severity: 'error',
      summary: 'The provenance was signed by a person or a key instead of a build',
      why: 'A person can write anything into a statement. Only a build’s certificate carries repository, commit and workflow.',
      fix: 'Treat the version as one without provenance.',
      family: 'identity',
    },
    'provenance-identity/unexpected-builder': {
      severity: 'error',
      summary: 'A reusable workflow signed that the policy does not name',
      why: 'The signing workflow lives in another repository, whose owners could change what is built.',
      fix: 'Name the workflow under `builders` if you trust it.',
      family: 'identity',
    },
    'provenance-identity/contradiction': {
      severity: 'error',
      summary: 'Provenance and certificate tell different stories',
      why: 'The certificate is issued by an authority, the predicate is written by the build. Where they differ, the build has lied.',
      fix: 'Do not install it.',
      family: 'identity',
    },
  },
  evaluate: ({ subject: { component }, known, options }) => {
    if (component.isBundled) return { notApplicable: 'it travels inside the tarball of another package' };
    if (known.provenance.status !== 'verified' || known.provenance.provenance === undefined)
      return { notApplicable: 'it has no proven provenance' };
    const name = labelOf(component);
    const build = proveBuild(known.provenance.provenance, policyOf(options));
    if (build.verdict === 'refused') return [refusedBuild(name, build.refusal)];
    const identity = build.value;
    const declared = known.packument.releases.get(component.version)?.repository;
    const pattern = mostSpecific(Object.keys(options.expected), component.name);
    const expected = pattern === undefined ? undefined : options.expected[pattern];
    return [
      ...wrongRepository(name, identity, declared, 'registry'),
      ...wrongRepository(name, identity, expected?.repository, 'policy').map((finding) => ({
        ...finding,
        policyKey: `checks.provenance-identity.expected.${pattern ?? ''}`,
      })),
      ...wrongWorkflow(name, identity, expected?.workflow),
    ];
  },
});

function policyOf(options: IdentityOptions): BuildPolicy {
  return {
    providers: allProviders(options.providers),
    refusedTriggers: new Set([...outsiderTriggers].filter((trigger) => !options['allowed-triggers'].includes(trigger))),
    allowsSelfHostedRunners: options['self-hosted-runners'],
    ...(options.builders.length === 0 ? {} : { builders: options.builders }),
  };
}

function refusedBuild(name: string, { reason, detail }: Refusal): FindingDraft {
  return {
    rule: rules[reason] ?? 'provenance-identity/contradiction',
    message: `the provenance of ${name} names no trusted build: ${detail}`,
    facts: [{ label: 'reason', value: reason, source: 'certificate' }],
  };
}

function wrongRepository(name: string, identity: BuildIdentity, expected: string | undefined, source: string): readonly FindingDraft[] {
  const result = expected === undefined ? undefined : proveRepository(identity, expected);
  if (result === undefined || result.verdict === 'accepted') return [];
  return [
    {
      rule: 'provenance-identity/wrong-repository',
      message: `${name}: ${result.refusal.detail}`,
      facts: [...factsOf(identity), { label: 'expected repository', value: expected ?? '', source }],
      help: ['compare the two repositories before you install it'],
    },
  ];
}

function wrongWorkflow(name: string, identity: BuildIdentity, expected: string | undefined): readonly FindingDraft[] {
  if (expected === undefined || workflowPath(identity) === expected) return [];
  return [
    {
      rule: 'provenance-identity/unexpected-workflow',
      message: `${name} was built by ${workflowPath(identity)}, not by ${expected}`,
      facts: factsOf(identity),
    },
  ];
}

function factsOf({ sourceRepository, commit, ref, workflow }: BuildIdentity): readonly Fact[] {
  const facts = { repository: sourceRepository, commit, ref, workflow };
  return Object.entries(facts).map(([label, value]) => ({ label, value, source: 'certificate' }));
}

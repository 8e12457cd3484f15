import * as v from 'valibot';
import { type BuildIdentity, workflowPath } from './identity.ts';
import { isSameRepository, readRepository } from './repository.ts';
import { refuse } from './verdict.ts';

/** Predicate types that are build provenance. */
export const provenanceTypes: ReadonlySet<string> = new Set(['https://slsa.dev/provenance/v0.2', 'https://slsa.dev/provenance/v1']);

/** What a provenance predicate says about its build. It is believed only where the certificate says the same. */
export interface ProvenanceClaims {
  readonly builder: string;
  readonly buildType: string;
  readonly repository: string;
  readonly commit: string;
  readonly ref?: string;
  readonly trigger?: string;
  readonly repositoryId?: string;
  readonly workflow?: string;
}

const text = v.pipe(v.string(), v.maxLength(2048));
const digest = v.record(v.string(), text);

const slsa02 = v.object({
  builder: v.object({ id: text }),
  buildType: text,
  invocation: v.object({
    configSource: v.object({ uri: text, digest, entryPoint: v.optional(text) }),
    environment: v.optional(
      v.object({
        GITHUB_EVENT_NAME: v.optional(text),
        GITHUB_REF: v.optional(text),
        GITHUB_REPOSITORY_ID: v.optional(text),
      }),
    ),
  }),
});

const slsa1 = v.object({
  buildDefinition: v.object({
    buildType: text,
    externalParameters: v.object({
      workflow: v.optional(v.object({ repository: text, ref: v.optional(text), path: v.optional(text) })),
    }),
    internalParameters: v.optional(
      v.object({ github: v.optional(v.object({ event_name: v.optional(text), repository_id: v.optional(text) })) }),
    ),
    resolvedDependencies: v.pipe(v.array(v.object({ uri: text, digest: v.optional(digest, {}) })), v.minLength(1), v.maxLength(1024)),
  }),
  runDetails: v.object({ builder: v.object({ id: text }) }),
});

/** Reads SLSA provenance v0.2 or v1 as npm, GitHub, GitLab and the SLSA builders write it. */
export function readProvenance(predicateType: string, predicate: unknown): ProvenanceClaims {
  return predicateType === 'https://slsa.dev/provenance/v1' ? readSlsa1(predicate) : readSlsa02(predicate);
}

/** Proves that the predicate tells the same story as the certificate, and never the other way round. */
export function checkAgainstCertificate(claims: ProvenanceClaims, identity: BuildIdentity): void {
  const claimed = readRepository(claims.repository);
  const certified = readRepository(identity.sourceRepository);
  if (claimed === undefined || certified === undefined || !isSameRepository(claimed, certified)) {
    refuse('policy', 'predicate-repository', `the predicate names ${claims.repository}, the certificate ${identity.sourceRepository}`);
  }
  const facts: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['commit', claims.commit, identity.commit],
    ['ref', claims.ref, identity.ref],
    ['trigger', claims.trigger, identity.trigger],
    ['repository-id', claims.repositoryId, identity.repositoryId],
    // An old certificate of a reusable workflow does not say which workflow called it.
    ['workflow', claims.workflow, identity.workflow.startsWith(`${identity.sourceRepository}/`) ? workflowPath(identity) : undefined],
  ];
  for (const [what, said, certain] of facts) {
    if (said !== undefined && certain !== undefined && said !== certain) {
      refuse('policy', `predicate-${what}`, `the predicate names the ${what} ${said}, the certificate ${certain}`);
    }
  }
}

function readSlsa02(predicate: unknown): ProvenanceClaims {
  const { builder, buildType, invocation } = shaped(slsa02, predicate);
  const { configSource, environment = {} } = invocation;
  const source = splitSource(configSource.uri);
  return {
    builder: builder.id,
    buildType,
    repository: source.repository,
    commit: configSource.digest['sha1'] ?? refuse('policy', 'predicate-commit', 'the predicate names no commit'),
    ...present({
      ref: source.ref ?? environment.GITHUB_REF,
      trigger: environment.GITHUB_EVENT_NAME,
      repositoryId: environment.GITHUB_REPOSITORY_ID,
      // Only a path can be compared: early npm wrote a whole address, GitLab writes a job's name.
      workflow: configSource.entryPoint?.startsWith('.github/workflows/') === true ? configSource.entryPoint : undefined,
    }),
  };
}

function readSlsa1(predicate: unknown): ProvenanceClaims {
  const { buildDefinition, runDetails } = shaped(slsa1, predicate);
  const { workflow } = buildDefinition.externalParameters;
  const { github = {} } = buildDefinition.internalParameters ?? {};
  const [dependency] = buildDefinition.resolvedDependencies;
  const source = splitSource(dependency?.uri ?? '');
  return {
    builder: runDetails.builder.id,
    buildType: buildDefinition.buildType,
    repository: workflow?.repository ?? source.repository,
    commit:
      dependency?.digest['gitCommit'] ??
      dependency?.digest['sha1'] ??
      refuse('policy', 'predicate-commit', 'the predicate names no commit'),
    ...present({
      ref: workflow?.ref ?? source.ref,
      trigger: github.event_name,
      repositoryId: github.repository_id,
      workflow: workflow?.path,
    }),
  };
}

/** `git+https://host/owner/name@refs/tags/v1` is a repository and a ref. */
function splitSource(uri: string): { readonly repository: string; readonly ref?: string } {
  const at = uri.indexOf('@refs/');
  return at === -1 ? { repository: uri } : { repository: uri.slice(0, at), ref: uri.slice(at + 1) };
}

function shaped<T>(schema: v.GenericSchema<unknown, T>, predicate: unknown): T {
  const parsed = v.safeParse(schema, predicate);
  if (parsed.success) return parsed.output;
  return refuse('binding', 'predicate', `the provenance is malformed at ${v.getDotPath(parsed.issues[0]) ?? 'its root'}`);
}

function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // Only entries with a value are left, which the compiler cannot see.
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

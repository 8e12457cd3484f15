import { type AdvisoryOptions, advisory } from './checks/advisory.ts';
import { checks } from './checks/index.generated.ts';
import type { AdvisoryAnswers } from './collectors/advisory-questions.ts';
import type { AdvisoryPorts, CollectorPorts } from './collectors/ports.ts';
import { assess } from './engine/assess.ts';
import { waiverRules } from './engine/waive.ts';
import { type Packument, packument } from './evidence/packument.ts';
import type { AdvisoryDatabase } from './model/advisory.ts';
import type { Change } from './model/change.ts';
import type { AnyCheck, DocumentSubject } from './model/check.ts';
import type { Component } from './model/component.ts';
import type { Collector, Observation, SubjectRequests } from './model/evidence.ts';
import type { Inventory } from './model/inventory.ts';
import type { Policy } from './model/policy.ts';
import type { Report } from './model/report.ts';
import { type Milliseconds, milliseconds } from './model/units.ts';
import { readersBeside } from './document-readers.ts';
import { openJudgementMemories } from './judgement-memories.ts';
import { ageLimitsOf, createPackageFacts } from './package-facts.ts';
import { advisoryFolders, advisoryIdentity, openAdvisoryDatabase } from './platform/advisory-store.ts';
import { createAllowlists } from './platform/allowlists.ts';
import { cacheFolders, isCacheWanted, openCache } from './platform/cache.ts';
import { withDeadline } from './platform/deadline.ts';
import { deferredHttpClient } from './platform/http-deferred.ts';
import { type NpmRouting, loadNpmRouting } from './platform/npmrc-routing.ts';
import { type SealedFiles, noSealedFiles, openSealedFiles } from './platform/sealed-files.ts';
import { toolIdentity } from './platform/tool-identity.ts';
import { readShippedWithTrust, readTrustText } from './platform/trust-store.ts';
import { homeFolder } from './platform/home.ts';
import type { ConnectionSettings, HttpClient } from './model/http.ts';
import { type EvidenceCache, deferredCache, noCache } from './model/cache.ts';
import type { RegistryDirectory } from './model/registry.ts';
import { type PolicySources, policyOf } from './effective-policy.ts';
import type { ProvenBuilds } from './proven-builds.ts';
import { readTrustData, readTrustDate, trustEnds, trustNote } from './provenance/shipped-trust.ts';
import { createRegistryDirectory } from './registries/directory.ts';
import { needsTarball, tarballNotes } from './tarball-notes.ts';
import { trustNotes } from './trust-notes.ts';
import { version } from './version.ts';

export interface GateOptions extends PolicySources {
  /** Text of the project's `.npmrc`; absent where there is none. */
  readonly npmrc?: string;
  /** Answer from the cache only; nothing is sent. */
  readonly isOffline?: boolean;
  /** Read the tarballs of everything that is judged; of changes they are read anyway. */
  readonly isDeep?: boolean;
  /** Milliseconds from the start of an assessment until what has not answered counts as unavailable; default 120,000. */
  readonly deadline?: number;
  /** Milliseconds since the epoch; the one clock of all assessments of this gate. */
  readonly now: Milliseconds;
  /** Environment variables that configure npm and the cache. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (evidence: string, done: number, total: number) => void;
  /** Told, in words, what goes wrong too late for any report: that this run is not remembered. */
  readonly onProblem?: (problem: string) => void;
  /** Makes the client that all evidence is asked through, for who shares what it fetched; the gate closes it. */
  readonly transport?: (settings: ConnectionSettings) => HttpClient;
  /** What evidence is remembered in, for gates that share it; a gate opens its own otherwise. */
  readonly cache?: EvidenceCache;
}

/** The evidence cache of this user. `onProblem` is told, in words, why the run goes on without one. */
export function openEvidenceCache(variables: GateOptions['variables'], onProblem: (problem: string) => void): EvidenceCache {
  return isCacheWanted(variables) ? openCache(cacheFolders(variables, homeFolder()), onProblem) : noCache;
}

export interface AssessOptions {
  /** The instant to judge by, for a gate that outlives it; the gate's own where it is absent. */
  readonly now?: Milliseconds;
  /** Narrows the checks: for a stage that has not all the evidence yet. What it leaves out is not judged, so that a pass proves less. */
  readonly isWanted?: (check: AnyCheck) => boolean;
  /** Whether tarballs are read; absent: those of changes are, and all of them by a deep gate. */
  readonly readsTarballs?: boolean;
  /** Judge only these; absent for the whole inventory. */
  readonly changes?: readonly Change[];
  readonly siblingLockfiles?: readonly string[];
  readonly notes?: readonly string[];
  /** The inventory that the changes start from: what it already had is not held against the change. */
  readonly before?: Inventory;
  /** Files beside the lockfile that decide how it is judged or installed. */
  readonly documents?: readonly DocumentSubject[];
  /** The report is to tell until when a pass holds. */
  readonly isVerdictKept?: boolean;
  readonly signal?: AbortSignal;
}

/** Policy, platform and the generated indexes, put together once and used for any number of inventories. */
export interface Gate {
  readonly policy: Policy;
  /** How this user and project reach their registries. */
  readonly npm: NpmRouting;
  readonly registries: RegistryDirectory;
  readonly assess: (inventory: Inventory, options?: AssessOptions) => Promise<Report>;
  /** The registry's documents of all registry components, by package name; with the versions below each as a whole for who asks. */
  readonly packumentsOf: (
    inventory: Inventory,
    signal: AbortSignal,
    below?: 'all-below',
  ) => Promise<ReadonlyMap<string, Observation<Packument>>>;
  /** The same documents, and what is proven about who built each component. */
  readonly provenBuildsOf: (inventory: Inventory, signal: AbortSignal) => Promise<ProvenBuilds>;
  /** Which advisories hit these versions of one package, by `name@version`; nothing of it is remembered. */
  readonly advisoriesOf: (
    name: string,
    versions: ReadonlySet<string>,
    context: { readonly now: Milliseconds; readonly signal: AbortSignal },
  ) => Promise<AdvisoryAnswers>;
  /** Writes what was learned so far to the cache, and lets it go. */
  readonly save: () => void;
  /** Writes the cache and ends connections. */
  readonly close: () => Promise<void>;
}

/** Builds a gate. Throws `GateError` for a policy or configuration that it cannot use. */
export async function createGate(options: GateOptions): Promise<Gate> {
  const vocabulary = { checks, engineRules: Object.keys(waiverRules), now: options.now };
  const tool = toolIdentity(version);
  const folders = cacheFolders(options.variables, homeFolder());
  const isCached = isCacheWanted(options.variables);
  const sealed = (kind: string): SealedFiles => (isCached ? openSealedFiles(folders, kind) : noSealedFiles);
  const npmrc = options.npmrc === undefined ? {} : { projectText: options.npmrc };
  const npm = await loadNpmRouting({ env: options.variables, ...npmrc }, sealed('npm-configuration'), tool);
  const http =
    options.transport === undefined
      ? deferredHttpClient(async () => (await import('./platform/http.ts')).createHttpClient(await npm.connection()))
      : options.transport(await npm.connection());
  const policy = await policyOf(options, vocabulary, http);
  const registries = createRegistryDirectory({
    registry: npm.registry.value,
    scopes: new Map([...npm.scopes].map(([scope, { value }]) => [scope, value])),
    publicRegistry: npm.publicRegistry,
    additional: policy.registries,
  });
  const cacheProblems: string[] = [];
  let reported = 0;
  const cache = options.cache ?? deferredCache(() => openEvidenceCache(options.variables, (problem) => cacheProblems.push(problem)));
  const ports = {
    http,
    registries,
    cache: cache.names,
    facts: cache.facts,
    isOffline: options.isOffline === true,
    // Who shares what it learns serves many at once: a second core is theirs.
    ...(options.transport === undefined && options.cache === undefined ? readersBeside() : {}),
    tool,
    readShipped: readShippedWithTrust(options.variables),
    advisories: advisoryPorts(policy, options.variables),
  };
  const allowed = createAllowlists(policy.allowlists);
  const memories = openJudgementMemories(
    {
      tool,
      policyDigest: policy.digest,
      registries: [npm.registry.value, [...npm.scopes].map(([scope, { value }]) => [scope, value]), npm.publicRegistry],
      isOffline: options.isOffline === true,
      advisories: advisoryIdentity(advisoryFolders(options.variables, homeFolder())),
    },
    sealed('judgements'),
  );
  let latest = options.now;
  const limit = options.deadline ?? 120_000;

  return {
    policy,
    npm,
    registries,
    assess: (
      inventory,
      {
        changes,
        before,
        documents = [],
        siblingLockfiles = [],
        notes = [],
        signal,
        now = options.now,
        isWanted,
        readsTarballs: asked,
        isVerdictKept = false,
      } = {},
    ) => {
      latest = now;
      reported = cacheProblems.length;
      const readsTarballs = asked ?? (options.isDeep === true || changes !== undefined);
      const readable = readsTarballs ? checks : checks.filter((check) => !needsTarball(check));
      const trust = readTrustText(options.variables);
      const trustData = readTrustDate(trust);
      // A stage that leaves checks out neither needs a memory nor may it speak for the others.
      const memory = isWanted === undefined ? memories.of({ readsTarballs, trust, trustEnds: trustEnds(trustData) }) : undefined;
      // Whoever judged with this very text has found it sound.
      if (memory?.isEmpty() !== false) readTrustData(trust);
      return withDeadline(limit, signal, (bounded) =>
        assess({
          inventory,
          policy,
          checks: isWanted === undefined ? readable : readable.filter(isWanted),
          collectors: () => loadCollectors({ ...ports, readsTarballs }),
          registries,
          allowed,
          siblingLockfiles,
          notes: [
            ...configurationNotes(npm),
            ...cacheProblems,
            ...[trustNote(trustData, now) ?? []].flat(),
            ...notes,
            ...tarballNotes(inventory, changes, readsTarballs),
          ],
          now,
          tool: { name: 'lockgate', version },
          signal: bounded,
          onProgress: options.onProgress ?? (() => undefined),
          notesOf: (component, collected) => trustNotes(component, collected, registries),
          factsOf: createPackageFacts(),
          ageLimits: ageLimitsOf(policy),
          documents,
          ...(memory === undefined ? {} : { memory }),
          ...(isVerdictKept ? { keptUntil: trustEnds(trustData) } : {}),
          ...(changes === undefined ? {} : { changes }),
          ...(before === undefined ? {} : { before }),
        }),
      );
    },
    packumentsOf: (inventory, signal, below) => {
      const onProgress = (done: number, total: number): void => options.onProgress?.(packument.id, done, total);
      const context = { collected: { get: () => undefined }, now: options.now, onProgress };
      return withDeadline(limit, signal, async (bounded) => {
        const { createPackumentCollector } = await import('./collectors/packument.ts');
        const collector = createPackumentCollector({ ...ports, isDeep: below === 'all-below' });
        return collector.collect(requestsFor(inventory), { ...context, signal: bounded });
      });
    },
    provenBuildsOf: (inventory, signal) =>
      withDeadline(limit, signal, async (bounded) => {
        const { provenBuilds } = await import('./proven-builds.ts');
        return provenBuilds({
          inventory,
          policy,
          registries,
          collectors: await loadCollectors(ports),
          now: milliseconds(options.now),
          signal: bounded,
          onProgress: options.onProgress ?? (() => undefined),
        });
      }),
    advisoriesOf: async (name, versions, { now, signal }) => {
      const { lookUpAdvisories } = await import('./collectors/advisory-lookup.ts');
      const context = { collected: { get: () => undefined }, now, signal, onProgress: () => undefined };
      return lookUpAdvisories(new Map([[name, versions]]), { ...ports, cache: noCache.names, facts: noCache.facts }, context);
    },
    save: () => cache.save(),
    close: async () => {
      cache.checkpoint();
      memories.save(latest);
      for (const problem of cacheProblems.slice(reported)) options.onProblem?.(problem);
      await http.close();
    },
  };
}

/** Loaded when there is something to learn: they are a quarter of the program. */
async function loadCollectors(ports: CollectorPorts): Promise<readonly Collector<unknown>[]> {
  const { createCollectors } = await import('./collectors/index.generated.ts');
  return createCollectors(ports);
}

function requestsFor(inventory: Inventory): SubjectRequests {
  const requests = new Map<string, [Component, ...Component[]]>();
  for (const component of inventory.components.values()) {
    const subject = packument.subjectOf(component);
    if (subject === undefined) continue;
    const known = requests.get(subject);
    if (known === undefined) requests.set(subject, [component]);
    else known.push(component);
  }
  return requests;
}

/** The source of advisories that the policy names; what was imported is opened when the first name is looked up. */
function advisoryPorts(policy: Policy, variables: GateOptions['variables']): AdvisoryPorts {
  // The check's own schema has validated and completed them.
  const options = (policy.options.get(advisory.id) ?? advisory.options.defaults) as AdvisoryOptions;
  let opened: AdvisoryDatabase | undefined;
  return {
    source: options.source,
    apiUrl: options['api-url'],
    staleAfter: options['stale-after'],
    database: () => (opened ??= openAdvisoryDatabase(advisoryFolders(variables, homeFolder()))),
  };
}

/** What the project's own configuration asked for and did not get. */
function configurationNotes(npm: NpmRouting): readonly string[] {
  return [
    ...npm.refused.map(({ key, why }) => `.npmrc: ${key} is not followed: ${why}`),
    ...npm.unreadable.map((what) => `.npmrc: a file for TLS cannot be read: ${what}`),
  ];
}

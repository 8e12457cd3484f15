import { homedir } from 'node:os';
import { type AdvisoryOptions, advisory } from './checks/advisory.ts';
import { checks } from './checks/index.generated.ts';
import { createCollectors } from './collectors/index.generated.ts';
import type { AdvisoryPorts } from './collectors/ports.ts';
import { createPackumentCollector } from './collectors/packument.ts';
import { assess } from './engine/assess.ts';
import { waiverRules } from './engine/waive.ts';
import { type Packument, packument } from './evidence/packument.ts';
import type { AdvisoryDatabase } from './model/advisory.ts';
import type { Change } from './model/change.ts';
import type { DocumentSubject } from './model/check.ts';
import type { Component } from './model/component.ts';
import type { Observation, SubjectRequests } from './model/evidence.ts';
import type { Inventory } from './model/inventory.ts';
import type { Policy, Waiver } from './model/policy.ts';
import type { Report } from './model/report.ts';
import { type Milliseconds, milliseconds } from './model/units.ts';
import { ageLimitsOf, createPackageFacts } from './package-facts.ts';
import { advisoryFolders, openAdvisoryDatabase } from './platform/advisory-store.ts';
import { createAllowlists } from './platform/allowlists.ts';
import { cacheFolders, openCache } from './platform/cache.ts';
import { createHttpClient } from './platform/http.ts';
import { type NpmConfiguration, loadNpmConfiguration } from './platform/npmrc.ts';
import { readShippedWithTrust, readTrustText } from './platform/trust-store.ts';
import { readBaseline } from './policy/baseline.ts';
import { type PolicyVocabulary, defaultPolicy, loadPolicy, withBaseline, withWaivers } from './policy/load.ts';
import { readTrustData, trustNote } from './provenance/shipped-trust.ts';
import { createRegistryDirectory } from './registries/directory.ts';
import { version } from './version.ts';

export interface GateOptions {
  /** Text of the project's `.npmrc`; absent where there is none. */
  readonly npmrc?: string;
  /** The policy; absent for the built-in defaults. `path` is what reports call it. */
  readonly policy?: { readonly text: string; readonly path: string };
  /** Known findings that do not decide; see `lockgate init --baseline`. */
  readonly baseline?: { readonly text: string; readonly path: string };
  /** Permissions for this gate alone, beside the policy's. */
  readonly allowedOnce?: readonly Waiver[];
  /** Answer from the cache only; nothing is sent. */
  readonly isOffline?: boolean;
  /** Milliseconds from the start of an assessment until what has not answered counts as unavailable; default 120,000. */
  readonly deadline?: number;
  /** Milliseconds since the epoch; the one clock of all assessments of this gate. */
  readonly now: Milliseconds;
  /** Environment variables that configure npm and the cache. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (evidence: string, done: number, total: number) => void;
}

export interface AssessOptions {
  /** Judge only these; absent for the whole inventory. */
  readonly changes?: readonly Change[];
  readonly siblingLockfiles?: readonly string[];
  readonly notes?: readonly string[];
  /** The inventory that the changes start from: what it already had is not held against the change. */
  readonly before?: Inventory;
  /** Files beside the lockfile that decide how it is judged or installed. */
  readonly documents?: readonly DocumentSubject[];
  readonly signal?: AbortSignal;
}

/** Policy, platform and the generated indexes, put together once and used for any number of inventories. */
export interface Gate {
  readonly policy: Policy;
  readonly assess: (inventory: Inventory, options?: AssessOptions) => Promise<Report>;
  /** The registry's documents of all registry components, by package name. */
  readonly packumentsOf: (inventory: Inventory, signal: AbortSignal) => Promise<ReadonlyMap<string, Observation<Packument>>>;
  /** Writes the cache and ends connections. */
  readonly close: () => Promise<void>;
}

/** Builds a gate. Throws `GateError` for a policy or configuration that it cannot use. */
export async function createGate(options: GateOptions): Promise<Gate> {
  const vocabulary = { checks, engineRules: Object.keys(waiverRules), now: options.now };
  const policy = policyOf(options, vocabulary);
  const npm = await loadNpmConfiguration({
    env: options.variables,
    ...(options.npmrc === undefined ? {} : { projectText: options.npmrc }),
  });
  const registries = createRegistryDirectory({
    registry: npm.registry.value,
    scopes: new Map([...npm.scopes].map(([scope, { value }]) => [scope, value])),
    publicRegistry: npm.publicRegistry,
    additional: policy.registries,
  });
  const cacheProblems: string[] = [];
  const cache = openCache(cacheFolders(options.variables, homedir()), (problem) => cacheProblems.push(problem));
  const http = createHttpClient(npm.connection);
  const ports = {
    http,
    registries,
    cache: cache.names,
    facts: cache.facts,
    isOffline: options.isOffline === true,
    readShipped: readShippedWithTrust(options.variables),
    advisories: advisoryPorts(policy, options.variables),
  };
  const allowed = createAllowlists(policy.allowlists);

  return {
    policy,
    assess: (inventory, { changes, before, documents = [], siblingLockfiles = [], notes = [], signal } = {}) => {
      const deadline = AbortSignal.timeout(options.deadline ?? 120_000);
      return assess({
        inventory,
        policy,
        checks,
        collectors: createCollectors(ports),
        registries,
        allowed,
        siblingLockfiles,
        notes: [...configurationNotes(npm), ...cacheProblems, ...trustNotes(options), ...notes],
        now: milliseconds(options.now),
        tool: { name: 'lockgate', version },
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
        onProgress: options.onProgress ?? (() => undefined),
        factsOf: createPackageFacts(),
        ageLimits: ageLimitsOf(policy),
        documents,
        ...(changes === undefined ? {} : { changes }),
        ...(before === undefined ? {} : { before }),
      });
    },
    packumentsOf: (inventory, signal) => {
      const deadline = AbortSignal.timeout(options.deadline ?? 120_000);
      const onProgress = (done: number, total: number): void => options.onProgress?.(packument.id, done, total);
      const context = { collected: { get: () => undefined }, signal: AbortSignal.any([signal, deadline]), now: options.now, onProgress };
      return createPackumentCollector(ports).collect(requestsFor(inventory), context);
    },
    close: async () => {
      cache.save();
      await http.close();
    },
  };
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

function policyOf({ policy, baseline, allowedOnce = [] }: GateOptions, vocabulary: PolicyVocabulary): Policy {
  const effective = policy === undefined ? defaultPolicy(vocabulary) : loadPolicy(policy.text, policy.path, vocabulary);
  const known = baseline === undefined ? effective : withBaseline(effective, readBaseline(baseline.text, baseline.path));
  return allowedOnce.length === 0 ? known : withWaivers(known, allowedOnce);
}

/** Trust data announces its end before it comes. */
function trustNotes({ variables, now }: GateOptions): readonly string[] {
  return [trustNote(readTrustData(readTrustText(variables)), now) ?? []].flat();
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
    database: () => (opened ??= openAdvisoryDatabase(advisoryFolders(variables, homedir()))),
  };
}

/** What the project's own configuration asked for and did not get. */
function configurationNotes(npm: NpmConfiguration): readonly string[] {
  return [
    ...npm.refused.map(({ key, why }) => `.npmrc: ${key} is not followed: ${why}`),
    ...npm.unreadable.map((what) => `.npmrc: a file for TLS cannot be read: ${what}`),
  ];
}

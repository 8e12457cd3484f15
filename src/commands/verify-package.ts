import { allProviders } from '../checks/build-providers.ts';
import { provenance } from '../checks/provenance.ts';
import { provenanceHistory } from '../checks/provenance-history.ts';
import { type IdentityOptions, provenanceIdentity } from '../checks/provenance-identity.ts';
import { registrySignature } from '../checks/registry-signature.ts';
import { createCollectors } from '../collectors/index.generated.ts';
import type { CollectorPorts } from '../collectors/ports.ts';
import { collect } from '../engine/collect.ts';
import { evaluate, type Judgement } from '../engine/evaluate.ts';
import { waiverRules } from '../engine/waive.ts';
import { plan } from '../engine/plan.ts';
import { packument } from '../evidence/packument.ts';
import { registryKeys } from '../evidence/registry-keys.ts';
import { registrySignature as signatureEvidence } from '../evidence/registry-signature.ts';
import { signedSubject, verifiedProvenance } from '../evidence/verified-provenance.ts';
import type { AnyCheck, CheckContext } from '../model/check.ts';
import type { Component } from '../model/component.ts';
import type { Collected } from '../model/evidence.ts';
import type { Severity } from '../model/finding.ts';
import { formatIntegrity, type Integrity } from '../model/integrity.ts';
import type { Inventory } from '../model/inventory.ts';
import { edgesToAll, namedComponent, namedInventory, namedRoot } from '../model/named-inventory.ts';
import type { Policy } from '../model/policy.ts';
import type { RegistryDirectory } from '../model/registry.ts';
import type { Verdict } from '../model/report.ts';
import type { Milliseconds } from '../model/units.ts';
import { cacheFolders, openCache } from '../platform/cache.ts';
import { createHttpClient } from '../platform/http.ts';
import { loadNpmConfiguration } from '../platform/npmrc.ts';
import { readShippedWithTrust } from '../platform/trust-store.ts';
import { homeFolder } from '../platform/home.ts';
import { defaultPolicy, loadPolicy } from '../policy/load.ts';
import { type BuildIdentity, identityOf } from '../provenance/identity.ts';
import { createRegistryDirectory } from '../registries/directory.ts';

/** What `lockgate verify` found out about one version: the whole chain, as data. */
export interface PackageChain {
  readonly name: string;
  readonly version: string;
  readonly registry: string;
  readonly verdict: Verdict;
  /** As the registry names it: no lockfile is compared here. */
  readonly integrity?: string;
  /** `keySource`: who vouches for the key. */
  readonly signature?: { readonly keyid: string; readonly timeSource: string; readonly keySource: string };
  readonly publication?: { readonly registry: string; readonly keyid: string; readonly loggedAt: string; readonly log: string };
  readonly build?: BuildIdentity & {
    readonly predicateType: string;
    readonly signedAt: string;
    readonly log: string;
    readonly logIndex: string;
  };
  /** Earlier releases of the line, nearest first. */
  readonly earlier: readonly { readonly version: string; readonly provenance: 'verified' | 'announced' | 'none' }[];
  readonly findings: readonly { readonly rule: string; readonly severity: Severity; readonly message: string }[];
  readonly inconclusive: readonly { readonly check: string; readonly source: string; readonly detail: string }[];
}

export interface VerifyOptions {
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  readonly npmrc?: string;
  readonly policy?: { readonly text: string; readonly path: string };
  readonly isOffline: boolean;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly now: Milliseconds;
  readonly signal: AbortSignal;
}

const checks: readonly AnyCheck[] = [registrySignature, provenance, provenanceIdentity, provenanceHistory];

/** Collects the evidence of each version and judges it by the four checks of signatures and provenance. */
export async function verifyPackages(options: VerifyOptions): Promise<readonly PackageChain[]> {
  const vocabulary = { checks, engineRules: Object.keys(waiverRules), now: options.now };
  const policy =
    options.policy === undefined ? defaultPolicy(vocabulary) : loadPolicy(options.policy.text, options.policy.path, vocabulary);
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
  const cache = openCache(cacheFolders(options.variables, homeFolder()), () => undefined);
  const http = createHttpClient(npm.connection);
  const readShipped = readShippedWithTrust(options.variables);
  const ports: CollectorPorts = { http, registries, cache: cache.names, facts: cache.facts, isOffline: options.isOffline, readShipped };
  try {
    const asked = options.packages.map((named) => namedComponent(named, place));
    const documents = await gather(asked, policy, ports, options);
    const components = asked.map((component) => withRegistryIntegrity(component, documents));
    const collected = await gather(components, policy, ports, options);
    return components.map((component) => chainOf(component, collected, policy, registries, options.now));
  } finally {
    cache.save();
    await http.close();
  }
}

async function gather(
  components: readonly Component[],
  policy: Policy,
  ports: CollectorPorts,
  { now, signal }: VerifyOptions,
): Promise<Collected> {
  const work = plan({ inventory: inventoryOf(components), policy, checks, collectors: createCollectors(ports) });
  return collect(work, { now, signal, onProgress: () => undefined });
}

function withRegistryIntegrity(component: Component, collected: Collected): Component {
  const document = collected.get(packument, component.name);
  const integrity: Integrity | undefined =
    document?.state === 'known' ? document.value.releases.get(component.version)?.integrity : undefined;
  return integrity === undefined ? component : { ...component, integrity };
}

function chainOf(
  component: Component,
  collected: Collected,
  policy: Policy,
  registries: RegistryDirectory,
  now: Milliseconds,
): PackageChain {
  const { name, version } = component;
  const document = collected.get(packument, name);
  const isPublished = document?.state === 'known' && document.value.releases.has(version);
  const judgements = checks.map((check) =>
    evaluate(check, { kind: 'component', component }, collected, contextOf(component, registries, now), policy),
  );
  const findings = judgements.flatMap((judgement) => findingsOf(judgement, policy));
  const inconclusive = judgements.flatMap(reasonsOf);
  const missing = { rule: 'verify/not-published', severity: 'error' as const, message: `the registry has no ${name}@${version}` };
  const all = document?.state === 'known' && !isPublished ? [missing] : findings;
  const facts = factsOf(component, collected, policy);
  return {
    name,
    version,
    registry: registries.registryFor(name),
    verdict: verdictOf(all, inconclusive, facts),
    ...(component.integrity === undefined ? {} : { integrity: formatIntegrity(component.integrity) }),
    ...facts,
    findings: all,
    inconclusive,
  };
}

/** A version without a signature that was verified is not proven, whatever else does not apply to it. */
function verdictOf(
  findings: PackageChain['findings'],
  inconclusive: PackageChain['inconclusive'],
  { signature }: Pick<PackageChain, 'signature'>,
): Verdict {
  if (findings.some(({ severity }) => severity === 'error')) return 'fail';
  return inconclusive.length === 0 && signature !== undefined ? 'pass' : 'inconclusive';
}

function factsOf(
  component: Component,
  collected: Collected,
  policy: Policy,
): Pick<PackageChain, 'signature' | 'publication' | 'build' | 'earlier'> {
  const subject = signedSubject(component) ?? '';
  const signed = collected.get(signatureEvidence, subject);
  const attested = collected.get(verifiedProvenance, subject);
  const attestations = attested?.state === 'known' ? attested.value : undefined;
  const proven = attestations?.status === 'verified' ? attestations.provenance : undefined;
  // The check's own schema has validated and completed them.
  const { providers } = (policy.options.get(provenanceIdentity.id) ?? provenanceIdentity.options.defaults) as IdentityOptions;
  const identity = proven === undefined ? undefined : identityOf(proven.certificate, allProviders(providers));
  const keys = collected.get(registryKeys, component.name);
  const keySource = keys?.state === 'known' ? keys.value.source : 'shipped';
  return {
    ...(signed?.state === 'known' && signed.value.status === 'verified'
      ? { signature: { keyid: signed.value.keyid, timeSource: signed.value.timeSource, keySource } }
      : {}),
    ...(attestations?.status === 'verified'
      ? { publication: { ...attestations.publish, loggedAt: instant(attestations.publish.loggedAt) } }
      : {}),
    ...(proven !== undefined && identity?.verdict === 'accepted'
      ? {
          build: {
            ...identity.value,
            predicateType: proven.predicateType,
            signedAt: instant(proven.signedAt),
            log: proven.log,
            logIndex: proven.logIndex,
          },
        }
      : {}),
    earlier: (attestations?.earlier ?? []).map((release) => ({
      version: release.version,
      provenance: release.provenance !== undefined ? 'verified' : release.announced === 'none' ? 'none' : 'announced',
    })),
  };
}

function findingsOf(judgement: Judgement, policy: Policy): PackageChain['findings'] {
  if (judgement.result !== 'fail') return [];
  return judgement.drafts.map((draft) => {
    const level = policy.rules.get(draft.rule);
    const severity =
      level === undefined || level === 'off' ? (draft.severity ?? judgement.check.rules[draft.rule]?.severity ?? 'error') : level;
    return { rule: draft.rule, severity, message: draft.message };
  });
}

function reasonsOf(judgement: Judgement): PackageChain['inconclusive'] {
  if (judgement.result !== 'inconclusive') return [];
  return judgement.reasons.map(({ source, detail }) => ({ check: judgement.check.id, source, detail }));
}

function contextOf(component: Component, registries: RegistryDirectory, now: Milliseconds): CheckContext {
  return {
    now,
    inventory: inventoryOf([component]),
    registries,
    isDirect: () => true,
    siblingLockfiles: [],
    option: () => undefined,
    allowed: () => undefined,
  };
}

/** Versions that somebody names, as if a lockfile had them. */
function inventoryOf(components: readonly Component[]): Inventory {
  const root = namedRoot('verify', place);
  return namedInventory({ root, components, edges: edgesToAll(root, components), format: 'names' });
}

const place = 'command line';

function instant(time: number): string {
  return new Date(time).toISOString();
}

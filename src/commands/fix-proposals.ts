import semver from 'semver';
import type { Packument } from '../evidence/packument.ts';
import type { Gate } from '../gate.ts';
import { type Component, labelOf } from '../model/component.ts';
import type { Observation } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { Inventory } from '../model/inventory.ts';
import { integrityOf } from '../model/integrity.ts';
import { purlOf } from '../model/purl.ts';
import type { Report } from '../model/report.ts';

/** What could be done about one package that was refused. */
export interface Proposal {
  /** The refused copy that stands for all of its version. */
  readonly component: Component;
  readonly rules: readonly string[];
  readonly isDirect: boolean;
  readonly remedy:
    /** The newest of the versions before it that passes every check. */
    | { readonly kind: 'older-version'; readonly version: string; readonly isInRange: boolean; readonly refused: readonly string[] }
    /** The name is the trouble, and it imitates this one. */
    | { readonly kind: 'other-name'; readonly name: string }
    | { readonly kind: 'none'; readonly refused: readonly string[]; readonly why: string };
}

/** How many versions before the refused one are tried: as many as a registry document keeps the details of. */
const mostTries = 5;

/**
 * Looks for a way out for every package with an unwaived error: the right name, or the newest older version that passes. A
 * version is proposed only after the gate itself has judged it in the refused one's place.
 */
export async function proposalsFor(gate: Gate, inventory: Inventory, report: Report, signal: AbortSignal): Promise<readonly Proposal[]> {
  const refused = refusedPackages(inventory, report);
  const documents = await gate.packumentsOf(inventory, signal, 'all-below');
  const direct = new Set(inventory.declared.flatMap(({ to }) => to ?? []));
  const searches = refused.map((one) => new Search(one, inventory, documents.get(one.component.name)));
  for (let round = 0; round < mostTries; round++) {
    const open = searches.flatMap((search) => search.next() ?? []);
    if (open.length === 0) break;
    const attempt = replaced(inventory, open);
    const changes = open.map(({ before, after }) => ({ type: 'changed' as const, before, after }));
    const judged = await gate.assess(attempt, { changes, before: inventory, signal });
    for (const search of searches) search.learn(judged);
  }
  return searches.map((search) => search.proposal(direct.has(search.component.bomRef)));
}

interface Refused {
  readonly component: Component;
  readonly findings: readonly Finding[];
}

/** Packages with an error that nobody waived, one for each version. */
function refusedPackages(inventory: Inventory, report: Report): readonly Refused[] {
  const refused = new Map<string, { readonly component: Component; readonly findings: Finding[] }>();
  for (const finding of report.findings) {
    const { bomRef } = finding.subject;
    const component = bomRef === undefined ? undefined : inventory.components.get(bomRef);
    if (component === undefined || finding.severity !== 'error' || finding.waiver !== undefined) continue;
    const known = refused.get(labelOf(component)) ?? { component, findings: [] };
    known.findings.push(finding);
    refused.set(labelOf(component), known);
  }
  return [...refused.values()];
}

interface Attempt {
  readonly before: Component;
  readonly after: Component;
}

/** The search for one package: its candidates, newest first, and what the gate said about those that were tried. */
class Search {
  readonly component: Component;
  readonly #findings: readonly Finding[];
  readonly #range: string | undefined;
  readonly #candidates: readonly Component[];
  /** Why nobody knows what came before; undefined where it is known. */
  readonly #unknown: string | undefined;
  readonly #rightName: string | undefined;
  readonly #refused: string[] = [];
  #tried = 0;
  #found: Component | undefined;

  constructor({ component, findings }: Refused, inventory: Inventory, document: Observation<Packument> | undefined) {
    this.component = component;
    this.#findings = findings;
    this.#range = inventory.declared.find(({ to }) => to === component.bomRef)?.range;
    this.#rightName = rightNameIn(findings);
    this.#unknown = document?.state === 'unavailable' ? document.detail : undefined;
    this.#candidates = document?.state === 'known' && this.#rightName === undefined ? candidatesFor(component, document.value) : [];
  }

  /** The next version to judge, or undefined when the search is over. */
  next(): Attempt | undefined {
    const after = this.#found === undefined ? this.#candidates[this.#tried] : undefined;
    return after === undefined ? undefined : { before: this.component, after };
  }

  learn(judged: Report): void {
    const attempt = this.next();
    if (attempt === undefined) return;
    this.#tried += 1;
    const { after } = attempt;
    const isRefused = judged.findings.some(
      ({ subject, severity, waiver }) => subject.bomRef === after.bomRef && severity === 'error' && waiver === undefined,
    );
    const isUnproven = judged.outcomes.some(
      (outcome) => outcome.result === 'inconclusive' && !outcome.isAccepted && outcome.subject === after.bomRef,
    );
    if (isRefused || isUnproven) this.#refused.push(after.version);
    else this.#found = after;
  }

  proposal(isDirect: boolean): Proposal {
    const { component } = this;
    const base = { component, rules: [...new Set(this.#findings.map(({ rule }) => rule))].sort(), isDirect };
    if (this.#rightName !== undefined) return { ...base, remedy: { kind: 'other-name', name: this.#rightName } };
    const refused = this.#refused;
    if (this.#found === undefined) {
      return { ...base, remedy: { kind: 'none', refused, why: this.#whyNothing() } };
    }
    const { version } = this.#found;
    const isInRange = this.#range !== undefined && semver.validRange(this.#range) !== null && semver.satisfies(version, this.#range);
    return { ...base, remedy: { kind: 'older-version', version, isInRange, refused } };
  }

  #whyNothing(): string {
    if (this.#unknown !== undefined) return `what came before it is not known: ${this.#unknown}`;
    if (this.#candidates.length === 0) return 'the registry names no version before it';
    return `none of the ${this.#refused.length} versions before it passes`;
  }
}

/** The popular name that an imitation was taken for: the first fact of the finding names it. */
function rightNameIn(findings: readonly Finding[]): string | undefined {
  return findings.find(({ rule }) => rule.startsWith('typosquat/'))?.facts.find(({ source }) => source === 'popularity list')?.label;
}

/** Versions below the locked one whose details the document keeps, newest first; prereleases and deprecated ones are nobody's way out. */
function candidatesFor(component: Component, document: Packument): readonly Component[] {
  if (semver.valid(component.version) === null) return [];
  return [...document.versions]
    .map(({ version }) => version)
    .filter((version) => semver.valid(version) !== null && semver.lt(version, component.version) && semver.prerelease(version) === null)
    .sort(semver.rcompare)
    .flatMap((version) => {
      const release = document.releases.get(version);
      if (release === undefined || release.deprecated !== undefined) return [];
      const integrity = release.integrity === undefined ? undefined : integrityOf(release.integrity);
      const { integrity: _, hasInstallScript: __, deprecated: ___, licence: ____, ...rest } = component;
      const source = { type: 'registry' as const };
      return [
        { ...rest, version, source, purl: purlOf(component.name, version, source), ...(integrity === undefined ? {} : { integrity }) },
      ];
    })
    .slice(0, mostTries);
}

function replaced(inventory: Inventory, attempts: readonly Attempt[]): Inventory {
  const components = new Map(inventory.components);
  for (const { after } of attempts) components.set(after.bomRef, after);
  return { ...inventory, components };
}

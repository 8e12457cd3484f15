import { type BomRef, type Component, labelOf } from '../../model/component.ts';
import type { Finding } from '../../model/finding.ts';
import { ownComponents } from '../../model/inventory.ts';
import type { PackageFacts } from '../../model/package-facts.ts';
import type { Report } from '../../model/report.ts';
import { immediateDominators } from './dominators.ts';

/** The worst that stands against a package; `unverified` where nothing does and something could not be found out. */
export type Level = 'error' | 'warning' | 'note' | 'unverified' | 'waived' | 'clean';

/** All levels, worst first. */
export const levels: readonly Level[] = ['error', 'warning', 'note', 'unverified', 'waived', 'clean'];

/** One installed copy, with all that the report shows about it. */
export interface PackageNode {
  readonly component: Component;
  readonly label: string;
  readonly isDirect: boolean;
  readonly findings: readonly Finding[];
  readonly isUnverified: boolean;
  readonly level: Level;
  readonly facts: PackageFacts;
  /** Where it stands in the dominator tree; see `Place`. */
  readonly place: Place;
  /** Indices of the packages that only it brings in. */
  readonly children: readonly number[];
}

/** `within`: every way to the package passes a direct dependency. `shared`: several of them lead to it. */
export type Place = { readonly kind: 'within'; readonly direct: number } | { readonly kind: 'shared' } | { readonly kind: 'unreached' };

/** Third-party packages in the order of the lockfile's bom-refs; empty where the report carries no inventory. */
export function packageNodes(report: Report): readonly PackageNode[] {
  const { inventory } = report;
  if (inventory === undefined) return [];
  const components = [...inventory.components.values()].filter(({ source }) => source.type !== 'workspace');
  const indexOf = new Map(components.map(({ bomRef }, index) => [bomRef, index]));
  const targets = (ref: BomRef): readonly number[] => (inventory.edges.get(ref) ?? []).flatMap(({ to }) => indexOf.get(to) ?? []);
  const direct = new Set(ownComponents(inventory).flatMap(({ bomRef }) => targets(bomRef)));
  const root = components.length;
  const dominators = immediateDominators([...components.map(({ bomRef }) => targets(bomRef)), [...direct]], root);
  const children: number[][] = components.map(() => []);
  for (const index of components.keys()) children[dominators[index] ?? root]?.push(index);
  const places = placesOf(dominators, direct, root);
  const findings = findingsByRef(report);
  const unverified = unverifiedRefs(report);
  return components.map((component, index) => {
    const own = findings.get(component.bomRef) ?? [];
    const isUnverified = unverified.has(component.bomRef);
    return {
      component,
      label: labelOf(component),
      isDirect: direct.has(index),
      findings: own,
      isUnverified,
      level: levelOf(own, isUnverified),
      facts: report.packages?.get(component.bomRef) ?? {},
      place: places[index] ?? { kind: 'unreached' },
      children: children[index] ?? [],
    };
  });
}

/** The worse of two levels. */
export function worse(a: Level, b: Level): Level {
  return levels.indexOf(a) <= levels.indexOf(b) ? a : b;
}

function placesOf(dominators: readonly number[], direct: ReadonlySet<number>, root: number): readonly Place[] {
  const places: (Place | undefined)[] = [];
  for (let index = 0; index < root; index += 1) {
    const way: number[] = [];
    let at = index;
    while (places[at] === undefined && dominators[at] !== root && (dominators[at] ?? -1) !== -1) {
      way.push(at);
      at = dominators[at] ?? root;
    }
    const place = places[at] ?? (dominators[at] === -1 ? unreached : direct.has(at) ? ({ kind: 'within', direct: at } as const) : shared);
    for (const node of [...way, at]) places[node] = place;
  }
  return places.map((place) => place ?? unreached);
}

const unreached: Place = { kind: 'unreached' };
const shared: Place = { kind: 'shared' };

function findingsByRef(report: Report): ReadonlyMap<BomRef, readonly Finding[]> {
  const byRef = new Map<BomRef, Finding[]>();
  for (const finding of report.findings) {
    const { bomRef } = finding.subject;
    if (bomRef === undefined) continue;
    const known = byRef.get(bomRef);
    if (known === undefined) byRef.set(bomRef, [finding]);
    else known.push(finding);
  }
  return byRef;
}

function unverifiedRefs(report: Report): ReadonlySet<string> {
  return new Set(report.outcomes.flatMap((outcome) => (outcome.result === 'inconclusive' && !outcome.isAccepted ? [outcome.subject] : [])));
}

function levelOf(findings: readonly Finding[], isUnverified: boolean): Level {
  const own = findings.map((finding): Level => (finding.waiver === undefined ? finding.severity : 'waived'));
  return own.reduce(worse, isUnverified ? 'unverified' : 'clean');
}

import type { Advisory } from '../model/advisory.ts';
import { type Component, labelOf } from '../model/component.ts';
import type { Fact } from '../model/finding.ts';
import type { Inventory } from '../model/inventory.ts';

const shownDependants = 3;

/** What an advisory says, as facts with their source. */
export function advisoryFacts({ aliases, severity, score, url, source }: Advisory): readonly Fact[] {
  const rating = score === undefined ? severity : `${severity}, CVSS ${score.toFixed(1)}`;
  return [
    { label: 'severity', value: rating, source },
    ...(aliases.length === 0 ? [] : [{ label: 'also called', value: aliases.slice(0, 4).join(', '), source }]),
    ...(url === '' ? [] : [{ label: 'advisory', value: url, source }]),
  ];
}

/** Who asks for a component: what has to be updated where the component itself is not declared. */
export function dependantsFact(component: Component, inventory: Inventory): readonly Fact[] {
  const dependants = new Set<string>();
  for (const [from, edges] of inventory.edges) {
    if (!edges.some(({ to }) => to === component.bomRef)) continue;
    dependants.add(labelOf(inventory.components.get(from) ?? inventory.root));
  }
  const names = [...dependants].sort();
  if (names.length < 2) return [];
  const more = names.length > shownDependants ? ` and ${names.length - shownDependants} more` : '';
  return [{ label: 'required by', value: `${names.slice(0, shownDependants).join(', ')}${more}`, source: 'lockfile' }];
}

import type { PackageNode } from './package-graph.ts';
import type { PackageRow } from './package-table.ts';

/** The packages of a graph as rows of a table, each with the direct dependency that alone brings it in. */
export function packageRows(nodes: readonly PackageNode[]): readonly PackageRow[] {
  return nodes.map((node) => {
    const { component, facts, findings, level, isUnverified } = node;
    return {
      name: component.name,
      version: component.version,
      scope: component.scope,
      way: wayOf(node, nodes),
      facts,
      level,
      rules: [...new Set(findings.map(({ rule }) => rule))],
      isUnverified,
    };
  });
}

function wayOf({ isDirect, place }: PackageNode, nodes: readonly PackageNode[]): PackageRow['way'] {
  if (isDirect) return { kind: 'direct' };
  return place.kind === 'within' ? { kind: 'by', text: nodes[place.direct]?.label ?? '' } : place;
}

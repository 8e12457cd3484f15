import { type Change, changesBetween, isSameVersion } from '../model/change.ts';
import { type BomRef, type Component, labelOf } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import { formatIntegrity } from '../model/integrity.ts';
import { inertLine } from '../model/inert.ts';
import { type Inventory, ownComponents } from '../model/inventory.ts';
import { pathInTree, shortestPathTree } from '../model/reachability.ts';
import type { Command } from './command.ts';
import { locate, stateAt, workingState } from './states.ts';

/** What changed in one folder's lockfile. */
interface FolderDiff {
  readonly folder: string;
  readonly changes: readonly Change[];
  readonly before: Inventory | undefined;
  readonly after: Inventory | undefined;
}

/** `lockgate diff`: what two states of a repository bring and take, read from git's objects without a checkout. */
export const diff: Command = {
  name: 'diff',
  summary: 'Show which packages changed between two states of the repository',
  usage: '[BASE] [HEAD]',
  description: [
    'BASE and HEAD are git revisions. Without HEAD the working tree is compared; without BASE the last commit is its base.',
    'Lockfiles are matched by folder, also when the package manager changed.',
  ].join('\n'),
  maxPositionals: 2,
  options: {
    format: { type: 'string', short: 'f', value: 'FORMAT', description: 'text (default) or json' },
  },
  examples: [
    ['lockgate diff', 'what the working tree changes against the last commit'],
    ['lockgate diff main feature', 'two branches, without checking either out'],
  ],
  run: async ({ positionals, text, environment }) => {
    const { repository, isBare } = locate(environment.cwd);
    const [base = 'HEAD', head] = positionals;
    if (isBare && head === undefined)
      throw new GateError('usage', 'a bare repository has no working tree', { hint: 'name two commits: lockgate diff BASE HEAD' });
    const before = stateAt(repository, base);
    const after = head === undefined ? workingState(repository) : stateAt(repository, head);
    const folders = [...new Set([...before.folders, ...after.folders])].sort();
    const diffs = folders.map((folder): FolderDiff => compare(folder, before.inventoryOf(folder), after.inventoryOf(folder)));
    const changed = diffs.filter(({ changes }) => changes.length > 0);
    if (text('format') === 'json')
      return {
        exitCode: 0,
        stdout: `${JSON.stringify({ base: before.label, head: after.label, lockfiles: changed.map(toJson) }, null, 2)}\n`,
      };
    if (changed.length === 0) return { exitCode: 0, stdout: `no package changed between ${before.label} and ${after.label}\n` };
    return { exitCode: 0, stdout: changed.map(render).join('\n') };
  },
};

function compare(folder: string, before: Inventory | undefined, after: Inventory | undefined): FolderDiff {
  const present = after ?? before;
  if (present === undefined) return { folder, changes: [], before, after };
  const nothing = emptied(present);
  return { folder, changes: changesBetween(before ?? nothing, after ?? nothing), before, after };
}

/** An inventory without components: the other side of a lockfile that came or went. */
export function emptied(inventory: Inventory): Inventory {
  return { ...inventory, components: new Map(), edges: new Map(), declared: [], facts: [], overrides: new Map() };
}

function render({ folder, changes, before, after }: FolderDiff): string {
  const title = after?.origin.path ?? before?.origin.path ?? folder;
  const moved =
    before !== undefined && after !== undefined && before.origin.path !== after.origin.path ? ` (was ${before.origin.path})` : '';
  const count = (type: Change['type']): number => changes.filter((change) => change.type === type).length;
  const lines = changes.map((change) => renderChange(change, before, after));
  return `${title}${moved}: ${count('added')} added, ${count('changed')} changed, ${count('removed')} removed\n${lines.join('\n')}\n`;
}

function renderChange(change: Change, before: Inventory | undefined, after: Inventory | undefined): string {
  switch (change.type) {
    case 'added':
      return `  + ${inertLine(labelOf(change.after))}${place(change.after, after)}`;
    case 'removed':
      return `  - ${inertLine(labelOf(change.before))}${place(change.before, before)}`;
    case 'changed': {
      const what = isSameVersion(change)
        ? `${inertLine(labelOf(change.after))}: same version, ${describeContent(change.before)} is now ${describeContent(change.after)}`
        : `${inertLine(change.after.name)} ${inertLine(change.before.version)} → ${inertLine(change.after.version)}`;
      return `  ~ ${what}${place(change.after, after)}`;
    }
  }
}

/** The way from the root, so that a reader sees who brings it. */
function place(component: Component, inventory: Inventory | undefined): string {
  const path = inventory === undefined ? [] : pathLabels(inventory, component.bomRef);
  if (path.length <= 2) return path.length === 0 ? '   (no way from the root)' : '   direct';
  return `   ${path
    .slice(1, -1)
    .map((step) => inertLine(step, 100))
    .join(' › ')} ›`;
}

function pathLabels(inventory: Inventory, ref: BomRef): readonly string[] {
  const root = inventory.root.bomRef;
  return pathInTree(
    root,
    shortestPathTree(
      root,
      inventory.edges,
      ownComponents(inventory).map((member) => member.bomRef),
    ),
    ref,
  ).map((step) => labelOf(inventory.components.get(step) ?? inventory.root));
}

function describeContent(component: Component): string {
  const origin = component.source.type === 'registry' ? (component.source.url ?? 'registry') : component.source.type;
  return component.integrity === undefined
    ? inertLine(origin, 100)
    : `${inertLine(origin, 100)} ${formatIntegrity(component.integrity).slice(0, 24)}…`;
}

function toJson({ changes, before, after, folder }: FolderDiff): unknown {
  return {
    folder,
    before: before?.origin ?? null,
    after: after?.origin ?? null,
    changes: changes.map((change) => ({
      type: change.type,
      ...(change.type === 'added' ? { isTransitive: change.isTransitive === true } : {}),
      name: change.type === 'removed' ? change.before.name : change.after.name,
      ...(change.type === 'added' ? {} : { before: componentToJson(change.before, before) }),
      ...(change.type === 'removed' ? {} : { after: componentToJson(change.after, after) }),
    })),
  };
}

function componentToJson(component: Component, inventory: Inventory | undefined): unknown {
  return {
    version: component.version,
    purl: component.purl,
    source: component.source,
    scope: component.scope,
    ...(component.integrity === undefined ? {} : { integrity: formatIntegrity(component.integrity) }),
    path: inventory === undefined ? [] : pathLabels(inventory, component.bomRef),
    location: component.location,
  };
}

import { type Change, changesBetween, isSameVersion } from '../model/change.ts';
import { type Component, labelOf } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import { formatIntegrity } from '../model/integrity.ts';
import { inertLine } from '../model/inert.ts';
import { type Inventory, ownComponents } from '../model/inventory.ts';
import { pathInTree, shortestPathTree } from '../model/reachability.ts';
import type { Command } from './command.ts';
import { type RepositoryState, locate, stateAt, workingState } from './states.ts';

/** What changed in one folder's lockfile. */
interface FolderDiff {
  /** Where it is now, or was last. */
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
    'Lockfiles are matched by folder, or by the name of the project where the folder moved, also when the package manager changed.',
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
    const changed = pairLockfiles(before, after)
      .map((pair) => compare(pair))
      .filter(({ changes }) => changes.length > 0);
    if (text('format') === 'json')
      return {
        exitCode: 0,
        stdout: `${JSON.stringify({ base: before.label, head: after.label, lockfiles: changed.map(toJson) }, null, 2)}\n`,
      };
    if (changed.length === 0) return { exitCode: 0, stdout: `no package changed between ${before.label} and ${after.label}\n` };
    return { exitCode: 0, stdout: changed.map(render).join('\n') };
  },
};

type LockfilePair = Omit<FolderDiff, 'changes'>;

/** The lockfiles of each folder in both states; a folder that moved is known by the name of its project. */
function pairLockfiles(before: RepositoryState, after: RepositoryState): readonly LockfilePair[] {
  const stayed = after.folders.filter((folder) => before.folders.includes(folder));
  const pairs: LockfilePair[] = stayed.map((folder) => ({
    folder,
    before: before.inventoryOf(folder),
    after: after.inventoryOf(folder),
  }));
  // The state after is asked, too: it refuses a lockfile that became a link to nowhere.
  const gone = new Map(
    before.folders
      .filter((folder) => !stayed.includes(folder) && after.inventoryOf(folder) === undefined)
      .map((folder) => [folder, before.inventoryOf(folder)]),
  );
  for (const folder of after.folders.filter((one) => !stayed.includes(one))) {
    const inventory = after.inventoryOf(folder);
    const [from] = [...gone].find(([, old]) => old?.root.name === inventory?.root.name) ?? [];
    pairs.push({ folder, before: from === undefined ? undefined : gone.get(from), after: inventory });
    if (from !== undefined) gone.delete(from);
  }
  for (const [folder, old] of gone) pairs.push({ folder, before: old, after: undefined });
  return pairs.sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

function compare({ folder, before, after }: LockfilePair): FolderDiff {
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
  const [wayBefore, wayAfter] = [waysIn(before), waysIn(after)];
  const lines = changes.map((change) => renderChange(change, change.type === 'removed' ? wayBefore : wayAfter));
  const head = inertLine(`${title}${moved}`, 300);
  return `${head}: ${count('added')} added, ${count('changed')} changed, ${count('removed')} removed\n${lines.join('\n')}\n`;
}

function renderChange(change: Change, way: Way): string {
  switch (change.type) {
    case 'added':
      return `  + ${inertLine(labelOf(change.after))}${place(way(change.after))}`;
    case 'removed':
      return `  - ${inertLine(labelOf(change.before))}${place(way(change.before))}`;
    case 'changed': {
      const what = isSameVersion(change)
        ? `${inertLine(labelOf(change.after))}: same version, ${describeContent(change.before)} is now ${describeContent(change.after)}`
        : `${inertLine(change.after.name)} ${inertLine(change.before.version)} → ${inertLine(change.after.version)}`;
      return `  ~ ${what}${place(way(change.after))}`;
    }
  }
}

/** The way from the root, so that a reader sees who brings it. */
function place(path: readonly string[]): string {
  if (path.length <= 2) return path.length === 0 ? '   (no way from the root)' : '   direct';
  return `   ${path
    .slice(1, -1)
    .map((step) => inertLine(step, 100))
    .join(' › ')} ›`;
}

/** The labels on a shortest way from the root to a component, both included. */
type Way = (component: Component) => readonly string[];

/** One search for all components of an inventory. */
function waysIn(inventory: Inventory | undefined): Way {
  if (inventory === undefined) return () => [];
  const root = inventory.root.bomRef;
  const members = ownComponents(inventory).map((member) => member.bomRef);
  const tree = shortestPathTree(root, inventory.edges, members);
  return ({ bomRef }) => pathInTree(root, tree, bomRef).map((step) => labelOf(inventory.components.get(step) ?? inventory.root));
}

function describeContent(component: Component): string {
  const origin = component.source.type === 'registry' ? (component.source.url ?? 'registry') : component.source.type;
  return component.integrity === undefined
    ? inertLine(origin, 100)
    : `${inertLine(origin, 100)} ${formatIntegrity(component.integrity).slice(0, 24)}…`;
}

function toJson({ changes, before, after, folder }: FolderDiff): unknown {
  const [wayBefore, wayAfter] = [waysIn(before), waysIn(after)];
  return {
    folder,
    before: before?.origin ?? null,
    after: after?.origin ?? null,
    changes: changes.map((change) => ({
      type: change.type,
      ...(change.type === 'added' ? { isTransitive: change.isTransitive === true } : {}),
      name: change.type === 'removed' ? change.before.name : change.after.name,
      ...(change.type === 'added' ? {} : { before: componentToJson(change.before, wayBefore) }),
      ...(change.type === 'removed' ? {} : { after: componentToJson(change.after, wayAfter) }),
    })),
  };
}

function componentToJson(component: Component, way: Way): unknown {
  return {
    version: component.version,
    purl: component.purl,
    source: component.source,
    scope: component.scope,
    ...(component.integrity === undefined ? {} : { integrity: formatIntegrity(component.integrity) }),
    path: way(component),
    location: component.location,
  };
}

import { type Component, labelOf } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import { inert, inertLine } from '../model/inert.ts';
import { type Inventory, ownComponents } from '../model/inventory.ts';
import { shortestPaths } from '../model/reachability.ts';
import { didYouMean } from '../policy/suggest.ts';
import type { Command } from './command.ts';
import { readLockfiles } from './lockfiles.ts';

const mostPaths = 20;

/** `lockgate why PACKAGE`: every copy of a package, with all shortest ways from the root to it. Offline. */
export const why: Command = {
  name: 'why',
  summary: 'Show who brings a package: all shortest ways from the root',
  usage: 'PACKAGE[@VERSION] [PATH]',
  description:
    'PACKAGE is the name as published; with a version only that one is shown. PATH is a folder with a lockfile, or the lockfile itself.',
  maxPositionals: 2,
  options: {
    format: { type: 'string', short: 'f', value: 'FORMAT', description: 'text (default) or json' },
  },
  examples: [
    ['lockgate why semver', 'every version of it, and who asks for each'],
    ['lockgate why @babel/core@7.23.0 packages/app', 'one version, in another folder'],
  ],
  run: async ({ positionals, text, environment }) => {
    const [wanted, path = '.'] = positionals;
    if (wanted === undefined) throw new GateError('usage', 'why needs the name of a package', { hint: 'lockgate why semver' });
    const [lockfile] = readLockfiles(path, environment.cwd, { isRecursive: false }).lockfiles;
    if (lockfile === undefined) throw new GateError('lockfile-missing', 'there is no lockfile');
    const { inventory } = lockfile;
    const ways = copiesOf(inventory, wanted).map((component) => ({ component, paths: pathsTo(inventory, component) }));
    if (text('format') === 'json') return { exitCode: 0, stdout: `${JSON.stringify(ways.map(toJson), null, 2)}\n` };
    return { exitCode: 0, stdout: ways.map(render).join('\n') };
  },
};

interface Way {
  readonly component: Component;
  readonly paths: readonly (readonly string[])[];
}

function copiesOf(inventory: Inventory, wanted: string): readonly Component[] {
  const at = wanted.indexOf('@', 1);
  const name = at === -1 ? wanted : wanted.slice(0, at);
  const version = at === -1 ? undefined : wanted.slice(at + 1);
  const copies = [...inventory.components.values()].filter(
    (one) => (one.name === name || one.alias === name) && (version === undefined || one.version === version),
  );
  if (copies.length > 0) return copies;
  const versions = [...new Set([...inventory.components.values()].filter((one) => one.name === name).map((one) => one.version))];
  const near = didYouMean(name, [...new Set([...inventory.components.values()].map((one) => one.name))]);
  const hint =
    versions.length > 0 ? `it is there as ${versions.slice(0, 10).join(', ')}` : near === undefined ? undefined : `did you mean ${near}?`;
  throw new GateError('input-invalid', `${wanted} is not in ${inventory.origin.path}`, hint === undefined ? {} : { hint });
}

/** From the root, or from the workspace members where the lockfile does not link them to the root. */
function pathsTo(inventory: Inventory, component: Component): readonly (readonly string[])[] {
  for (const own of ownComponents(inventory)) {
    const paths = shortestPaths(own.bomRef, inventory.edges, component.bomRef, mostPaths);
    if (paths.length > 0) return paths.map((path) => path.map((ref) => labelOf(inventory.components.get(ref) ?? inventory.root)));
  }
  return [];
}

function render({ component, paths }: Way): string {
  const alias = component.alias === undefined ? '' : ` (imported as ${inertLine(component.alias, 100)})`;
  const head = `${inertLine(labelOf(component), 200)}${alias}   ${component.scope}   ${inert(component.location.file)}:${component.location.line}`;
  const lines = paths.map((path) => `  ${path.map((step) => inertLine(step, 120)).join(' › ')}`);
  const rest = paths.length === mostPaths ? ['  (more ways of the same length are not shown)'] : [];
  return `${[head, ...(lines.length === 0 ? ['  nothing asks for it'] : lines), ...rest].join('\n')}\n`;
}

function toJson({ component, paths }: Way): unknown {
  const { name, version, purl, scope, location } = component;
  return { name, version, purl, scope, location, paths };
}

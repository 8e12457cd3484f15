import type { LockfileFact } from '../model/inventory.ts';
import { isJsonObject, member, textMember, type JsonDocument } from './json-document.ts';
import type { NpmTree } from './npm-entry.ts';

/** Deeper than any tree that npm writes; what lies below is not compared. */
const deepest = 64;

/**
 * Version 2 holds the same tree twice: `packages`, which npm 7 and later read and which is judged here, and `dependencies`,
 * which npm 6 and older tools read. An entry of the old half that names bytes which the new half does not have at the same
 * place would be installed by one reader and never be seen by another.
 */
export function contradictoryHalves(document: JsonDocument, tree: NpmTree): readonly LockfileFact[] {
  const old = isJsonObject(document.value) ? member(document.value, 'dependencies') : undefined;
  if (!isJsonObject(old)) return [];
  const digests = digestsByPath(document);
  const links = new Set(tree.links.map(({ path }) => path));
  const facts: LockfileFact[] = [];
  const open = [{ entries: old, path: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const [name, entry] of Object.entries(next.entries)) {
      if (!isJsonObject(entry)) continue;
      const path = `${next.path}node_modules/${name}`;
      const digest = textMember(entry, 'integrity');
      if (digest !== undefined && !links.has(path) && digests.get(path) !== digest) {
        facts.push({ type: 'contradictory-halves', path, location: document.locationOf(['dependencies', name]) });
      }
      const nested = member(entry, 'dependencies');
      if (isJsonObject(nested) && next.depth < deepest) open.push({ entries: nested, path: `${path}/`, depth: next.depth + 1 });
    }
  }
  return facts;
}

function digestsByPath({ value }: JsonDocument): ReadonlyMap<string, string | undefined> {
  const packages = isJsonObject(value) ? member(value, 'packages') : undefined;
  if (!isJsonObject(packages)) return new Map();
  return new Map(Object.entries(packages).map(([path, entry]) => [path, isJsonObject(entry) ? textMember(entry, 'integrity') : undefined]));
}

import { type AnyCheck, defineCheck } from '../model/check.ts';
import type { FindingDraft } from '../model/finding.ts';
import type { Inventory, LockfileFact } from '../model/inventory.ts';

/** Is the lockfile itself trustworthy as a description of what will be installed. */
export const lockfile: AnyCheck = defineCheck({
  id: 'lockfile',
  scope: 'inventory',
  needs: {},
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'lockfile/unknown-version': {
      severity: 'warning',
      summary: 'The lockfile is newer than this Lockgate knows',
      why: 'Its shape fitted and it was read, but a new version may mean something that this reader does not see.',
      fix: 'Update Lockgate.',
      family: 'source',
    },
    'lockfile/second-package-manager': {
      severity: 'warning',
      summary: 'Lockfiles of several package managers lie side by side',
      why: 'Only one of them is judged, and somebody may install with the other.',
      fix: 'Delete the one that is not used.',
      family: 'source',
    },
    'lockfile/manifest-drift': {
      severity: 'error',
      summary: 'A manifest asks for something else than the lockfile holds',
      why: 'The next install that is not frozen resolves it anew, to versions that nobody judged. A package that the lockfile does not hold at all was not judged either: an error; another range of one that it holds is a warning.',
      fix: 'Run the package manager once and commit the lockfile.',
      family: 'source',
    },
    'lockfile/workspace-from-registry': {
      severity: 'error',
      summary: "A name of this repository's own workspace was taken from a registry",
      why: 'The package that is installed under your own name is somebody else’s: dependency confusion inside one repository.',
      fix: 'Ask for it with workspace:, or link workspace packages in the package manager’s settings.',
      family: 'source',
    },
    'lockfile/override-ignored': {
      severity: 'warning',
      summary: 'The lockfile does not follow an override',
      why: 'An override often pins a fixed version of a vulnerable package. The lockfile still holds another one.',
      fix: 'Run the package manager once and commit the lockfile.',
      family: 'source',
    },
    'lockfile/unresolved-dependency': {
      severity: 'error',
      summary: 'A dependency has no entry in the lockfile',
      why: 'What will be installed for it is decided on the day of the install, and was not judged. What only another package asks for is a warning.',
      fix: 'Run the package manager once and commit the lockfile.',
      family: 'source',
    },
    'lockfile/contradictory-halves': {
      severity: 'error',
      summary: 'The two halves of an npm lockfile of version 2 name different bytes for one package',
      why: 'npm 7 and later read one half, npm 6 and older tools the other. What is judged here is not what they would install.',
      fix: 'Restore the lockfile from a commit that you trust, or let npm write it again.',
      family: 'source',
    },
    'lockfile/conflict-markers': {
      severity: 'error',
      summary: 'The lockfile holds git conflict markers',
      why: 'It describes two trees at once; which one is installed depends on the package manager.',
      fix: 'Resolve the conflict and let the package manager write the lockfile again.',
      family: 'source',
    },
  },
  evaluate: ({ context }) => [
    ...newFacts(context.inventory, context.before).map((fact) => draftOf(fact, context.inventory)),
    ...siblings(context.siblingLockfiles),
  ],
});

/** In a change, what the lockfile had before is not held against it. */
function newFacts(inventory: Inventory, before: Inventory | undefined): readonly LockfileFact[] {
  if (before === undefined) return inventory.facts;
  const identity = (fact: LockfileFact): string => JSON.stringify({ ...fact, location: undefined });
  const known = new Set(before.facts.map(identity));
  return inventory.facts.filter((fact) => !known.has(identity(fact)));
}

function siblings(files: readonly string[]): readonly FindingDraft[] {
  return files.map((file) => ({
    rule: 'lockfile/second-package-manager',
    key: file,
    message: `${file} lies beside it and was not judged`,
    locations: [{ file, line: 1 }],
    help: ['delete the lockfile that is not used'],
  }));
}

function draftOf(fact: LockfileFact, inventory: Inventory): FindingDraft {
  const locations = [fact.location];
  switch (fact.type) {
    case 'unknown-version':
      return {
        rule: 'lockfile/unknown-version',
        message: `its version ${fact.version} is newer than ${fact.newestKnown}, the newest that is known; it was read as far as it is understood`,
        locations,
        help: ['update Lockgate'],
      };
    case 'manifest-drift':
      return {
        rule: 'lockfile/manifest-drift',
        ...(fact.declared === undefined || fact.locked !== undefined ? { severity: 'warning' as const } : {}),
        key: `${fact.manifest}\n${fact.name}`,
        message: `${fact.manifest} asks for ${fact.name} ${fact.declared ?? 'no longer'}, the lockfile holds ${fact.locked ?? 'nothing for it'}`,
        locations,
        help: ['run the package manager once and commit the lockfile'],
      };
    case 'workspace-from-registry':
      return {
        rule: 'lockfile/workspace-from-registry',
        key: fact.name,
        message: `${fact.name} is the name of a workspace of this repository, and the lockfile takes it from a registry`,
        locations,
        help: ['ask for it with the workspace: protocol'],
      };
    case 'override-ignored':
      return {
        rule: 'lockfile/override-ignored',
        key: fact.selector,
        message: `the override ${fact.selector} asks for ${fact.wanted}, the lockfile holds ${fact.locked}`,
        locations,
        help: ['run the package manager once and commit the lockfile'],
      };
    case 'unresolved-dependency': {
      const from = inventory.components.get(fact.from) ?? inventory.root;
      return {
        rule: 'lockfile/unresolved-dependency',
        ...(from.source.type === 'workspace' ? {} : { severity: 'warning' as const }),
        key: `${fact.from}\n${fact.name}`,
        message: `${from.name} asks for ${fact.name} ${fact.range}, and the lockfile has no entry for it`,
        locations,
        help: ['run the package manager once and commit the lockfile'],
      };
    }
    case 'contradictory-halves':
      return {
        rule: 'lockfile/contradictory-halves',
        key: fact.path,
        message: `${fact.path} has other bytes under "dependencies" than under "packages"`,
        locations,
        help: ['restore it from a commit that you trust, or let npm write the lockfile again'],
      };
    case 'conflict-markers':
      return {
        rule: 'lockfile/conflict-markers',
        message: 'it holds git conflict markers',
        locations,
        help: ['resolve the conflict and let the package manager write the file again'],
      };
  }
}

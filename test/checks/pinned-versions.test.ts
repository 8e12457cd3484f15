import { pinnedVersions } from '../../src/checks/pinned-versions.ts';
import { bomRef } from '../../src/model/component.ts';
import type { DeclaredDependency, EdgeKind } from '../../src/model/inventory.ts';
import { component, inventory } from '../support/inventory.ts';
import { type CheckCase, testCheck } from './check-tester.ts';

const pad = component('left-pad', '1.3.0');
const declares = (range: string, over: { readonly kind?: EdgeKind; readonly isLocked?: boolean } = {}): CheckCase => {
  const declared: DeclaredDependency = {
    name: 'left-pad',
    range,
    kind: over.kind ?? 'prod',
    location: { file: 'package.json', line: 4 },
    ...(over.isLocked === false ? {} : { to: bomRef('node_modules/left-pad') }),
  };
  return { inventory: inventory([pad], { declared: [declared] }), options: { require: 'exact' } };
};

testCheck(pinnedVersions, {
  passes: {
    'an exact version': declares('1.3.0'),
    'an exact prerelease': declares('1.3.0-rc.1'),
    'an alias of an exact version': declares('npm:@scope/other-pad@1.3.0'),
    'a member of the workspace': declares('workspace:^'),
    'a commit': declares(`github:azer/left-pad#${'a'.repeat(40)}`),
    'a peer': declares('>=1', { kind: 'peer' }),
    'a development dependency that may be a range': {
      ...declares('^1.3.0', { kind: 'dev' }),
      options: { require: 'exact', 'except-dev': true },
    },
    'an optional one that is not for this platform': declares('1.3.0', { kind: 'optional', isLocked: false }),
  },
  fails: {
    'a caret': { ...declares('^1.3.0'), finds: [{ rule: 'pinned-versions/range', message: /package\.json asks for left-pad \^1\.3\.0/ }] },
    'a tag': { ...declares('latest'), finds: [{ rule: 'pinned-versions/range' }] },
    'nothing at all': { ...declares(''), finds: [{ rule: 'pinned-versions/range' }] },
    'a version that is cut short': { ...declares('1.3'), finds: [{ rule: 'pinned-versions/range' }] },
    'two versions': { ...declares('1.3.0 || 1.4.0'), finds: [{ rule: 'pinned-versions/range' }] },
    'an alias of a range': { ...declares('npm:other-pad@^1.3.0'), finds: [{ rule: 'pinned-versions/range' }] },
    'a branch': { ...declares('github:azer/left-pad#main'), finds: [{ rule: 'pinned-versions/range' }] },
    'not in the lockfile': { ...declares('1.3.0', { isLocked: false }), finds: [{ rule: 'pinned-versions/not-locked' }] },
  },
  notApplicable: { 'a policy that does not ask for it': { ...declares('^1.3.0'), options: {} } },
});

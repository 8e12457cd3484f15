import { source } from '../../src/checks/source.ts';
import { component, inventory } from '../support/inventory.ts';
import type { Component, Source } from '../../src/model/component.ts';
import { testCheck } from './check-tester.ts';

const from = (url: string): Component => component('left-pad', '1.3.0', { source: { type: 'registry', url } });
const at = (origin: Source): Component => component('left-pad', '1.3.0', { source: origin });
const transitive = (one: Component): { readonly component: Component; readonly inventory: ReturnType<typeof inventory> } => {
  const parent = component('parent', '1.0.0');
  return { component: one, inventory: inventory([parent, one], { edges: { '.': [parent.bomRef], [parent.bomRef]: [one.bomRef] } }) };
};

const declaredAs = (
  range: string,
  origin: Source,
  over: Partial<Component> = {},
): { readonly component: Component; readonly inventory: ReturnType<typeof inventory> } => {
  const one = { ...at(origin), ...over };
  const location = { file: 'package.json', line: 3 };
  return { component: one, inventory: inventory([one], { declared: [{ name: one.name, range, kind: 'prod', location, to: one.bomRef }] }) };
};

testCheck(source, {
  passes: {
    'an alias that the manifest asks for': declaredAs('npm:left-pad@^1.3.0', { type: 'registry' }, { alias: 'right-pad' }),
    'what a catalog stands for': declaredAs('catalog:', { type: 'registry' }, { alias: 'right-pad' }),
    'a folder that the manifest asks for': declaredAs('file:./vendor/left-pad', { type: 'file', path: 'vendor/left-pad' }),
    'no URL at all': { component: at({ type: 'registry' }) },
    'the configured registry': { component: from('https://registry.example/left-pad/-/left-pad-1.3.0.tgz') },
    'a scoped name, encoded': {
      component: component('@babel/core', '7.0.0', {
        source: { type: 'registry', url: 'https://registry.example/@babel%2fcore/-/core-7.0.0.tgz' },
      }),
    },
    'a version with build metadata': {
      component: component('left-pad', '1.3.0+a1', {
        source: { type: 'registry', url: 'https://registry.example/left-pad/-/left-pad-1.3.0.tgz' },
      }),
    },
    'a layout that names nothing': { component: from('https://registry.example/download/left-pad/1.3.0/abcdef') },
    'a folder inside the project': { component: at({ type: 'file', path: 'vendor/left-pad' }) },
  },
  fails: {
    'another host': {
      component: from('https://evil.example/left-pad/-/left-pad-1.3.0.tgz'),
      finds: [{ rule: 'source/foreign-registry', severity: 'error' }],
    },
    'plain http': {
      component: from('http://registry.example/left-pad/-/left-pad-1.3.0.tgz'),
      finds: [{ rule: 'source/foreign-registry' }, { rule: 'source/insecure-transport', severity: 'error' }],
    },
    'a swapped tarball': {
      component: from('https://registry.example/1eft-pad/-/1eft-pad-1.3.0.tgz'),
      finds: [{ rule: 'source/name-mismatch', message: /as 1eft-pad@1\.3\.0/ }],
    },
    'a swapped version': {
      component: from('https://registry.example/left-pad/-/left-pad-1.2.0.tgz'),
      finds: [{ rule: 'source/name-mismatch' }],
    },
    'a tarball URL that the lockfile alone puts in the place of a published version': {
      ...declaredAs('^1.3.0', { type: 'tarball', url: 'https://evil.example/x.tgz' }),
      finds: [{ rule: 'source/not-asked-for', severity: 'error', message: /asks for \^1\.3\.0/ }],
    },
    'a git repository that the lockfile alone puts there': {
      ...declaredAs('latest', { type: 'git', url: 'git+ssh://git@evil.example/x.git', commit: 'c0ffee' }),
      finds: [{ rule: 'source/not-asked-for', severity: 'error' }],
    },
    'another package that the lockfile alone puts under the name': {
      ...declaredAs('^1.3.0', { type: 'registry' }, { alias: 'right-pad' }),
      finds: [{ rule: 'source/not-asked-for', severity: 'error', message: /installed as right-pad/ }],
    },
    'another git repository than the manifest asks for': {
      ...declaredAs('github:acme/left-pad', { type: 'git', url: 'git+ssh://git@github.com/ecma/left-pad.git', commit: 'c0ffee' }),
      finds: [{ rule: 'source/not-asked-for' }],
    },
    'a file of the project that the lockfile alone puts there': {
      ...declaredAs('^1.3.0', { type: 'file', path: 'vendor/left-pad.tgz' }),
      finds: [{ rule: 'source/not-asked-for' }],
    },
    'a patched repository': {
      ...declaredAs('patch:left-pad@https%3A//github.com/acme/left-pad.git#~/left-pad.patch', {
        type: 'git',
        url: 'https://github.com/acme/left-pad.git',
        commit: 'c0ffee',
      }),
      finds: [{ rule: 'source/git-dependency', severity: 'warning' }],
    },
    'an archive of the repository that the manifest asks for': {
      ...declaredAs('acme/left-pad#v1', { type: 'tarball', url: 'https://codeload.github.com/acme/left-pad/tar.gz/c0ffee' }),
      finds: [{ rule: 'source/remote-tarball', severity: 'warning' }],
    },
    'the repository that the manifest asks for, written otherwise': {
      ...declaredAs('git@github.com:Acme/left-pad.git#semver:^1', { type: 'git', url: 'git+ssh://git@github.com/acme/left-pad.git' }),
      finds: [{ rule: 'source/git-dependency', severity: 'warning' }],
    },
    'a direct git dependency': {
      component: at({ type: 'git', url: 'https://git.example/a.git', commit: 'c0ffee' }),
      finds: [{ rule: 'source/git-dependency', severity: 'warning' }],
    },
    'a transitive git dependency': {
      ...transitive(at({ type: 'git', url: 'https://git.example/a.git' })),
      finds: [{ rule: 'source/git-dependency', severity: 'error' }],
    },
    'a transitive remote tarball': {
      ...transitive(at({ type: 'tarball', url: 'https://files.example/a.tgz' })),
      finds: [{ rule: 'source/remote-tarball', severity: 'error' }],
    },
    'a folder outside the project': {
      component: at({ type: 'file', path: '../left-pad' }),
      finds: [{ rule: 'source/outside-project', severity: 'warning' }],
    },
  },
  notApplicable: { 'a workspace member': { component: at({ type: 'workspace', path: 'packages/left-pad' }) } },
});

import { describe, expect, it } from 'vitest';
import { exoticSpec, nameInSpec } from '../../src/clients/exotic-spec.ts';

describe('what no registry answers', () => {
  it.each([
    'left-pad',
    'left-pad@^1.0.0',
    '@acme/lib@latest',
    'npm:left-pad@1.0.0',
    'alias@npm:left-pad@1.0.0',
    'workspace:*',
    'catalog:',
    '>=1 <2 || 3.x',
    '*',
    '',
    'patch:left-pad@npm%3A1.0.0#./left-pad.patch',
  ])('%j is answered by a registry', (spec) => {
    expect(exoticSpec(spec)).toBeUndefined();
  });

  it.each([
    ['github:acme/lib', 'github.com'],
    ['acme/lib', 'github.com'],
    ['acme/lib#main', 'github.com'],
    ['lib@acme/lib', 'github.com'],
    ['gitlab:acme/lib', 'gitlab.com'],
    ['git+ssh://git@git.example/lib.git', 'git.example'],
    ['lib@git+https://git.example/lib', 'git.example'],
    ['git@git.example:acme/lib.git', 'git.example'],
    ['https://git.example/acme/lib.git', 'git.example'],
    ['https://github.com/acme/lib', 'github.com'],
    ['svn://git.example/lib', 'git.example'],
    ['patch:lib@git+https%3A//git.example/lib#./lib.patch', 'git.example'],
  ])('%j is fetched from git', (spec, host) => {
    expect(exoticSpec(spec)).toMatchObject({ rule: 'source/git-dependency', host });
  });

  it.each(['https://files.example/lib.tgz', 'lib@http://files.example/lib.tgz'])('%j is downloaded from a URL', (spec) => {
    expect(exoticSpec(spec)).toMatchObject({ rule: 'source/remote-tarball', host: 'files.example' });
  });

  it.each([
    './lib',
    '../lib',
    '/srv/lib',
    '~/lib',
    '.',
    'file:../lib',
    'lib@file:./lib',
    'link:../lib',
    'portal:../lib',
    'lib.tgz',
    String.raw`C:\lib`,
  ])('%j is taken from the disk', (spec) => {
    expect(exoticSpec(spec)).toMatchObject({ rule: 'source/outside-project' });
  });

  it('reads the name in front of a range', () => {
    expect(['left-pad@1', '@acme/lib', 'lib@github:acme/lib', 'github:acme/lib', './lib'].map(nameInSpec)).toEqual([
      'left-pad',
      '@acme/lib',
      'lib',
      undefined,
      undefined,
    ]);
  });
});

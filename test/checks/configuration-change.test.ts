import { configurationChange } from '../../src/checks/configuration-change.ts';
import type { DocumentSubject } from '../../src/model/check.ts';
import { type CheckCase, testCheck } from './check-tester.ts';

const changed = (path: string, before: string | undefined, after: string | undefined): { readonly subject: DocumentSubject } => ({
  subject: {
    kind: 'document',
    path,
    isCompared: true,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  },
});
const unchanged: CheckCase = {
  subject: { kind: 'document', path: '.npmrc', isCompared: false, after: 'registry=https://registry.example/' },
};

testCheck(configurationChange, {
  passes: {
    'a manifest whose dependencies changed': changed(
      'package.json',
      '{"dependencies":{"a":"1"}}',
      '{"dependencies":{"a":"2"},"scripts":{"test":"x"}}',
    ),
    'a comment that came': changed('.npmrc', 'fund=false\n', '# no begging\nfund=false\n'),
  },
  fails: {
    'scripts allowed in a manifest': {
      ...changed('package.json', '{}', '{"pnpm":{"onlyBuiltDependencies":["evil"]}}'),
      finds: [{ rule: 'configuration-change/execution', severity: 'error' }],
    },
    'a lifecycle script of the project': {
      ...changed('package.json', '{"scripts":{}}', '{"scripts":{"postinstall":"node x.js"}}'),
      finds: [{ rule: 'configuration-change/execution' }],
    },
    'a manifest that became unreadable': { ...changed('package.json', '{}', '{'), finds: [{ rule: 'configuration-change/execution' }] },
    'a policy that was loosened': {
      ...changed('lockgate.yaml', 'version: 1\n', 'version: 1\nrules:\n  source/git-dependency: off\n'),
      finds: [{ rule: 'configuration-change/policy', severity: 'warning' }],
    },
    'a waiver that came': {
      ...changed('lockgate.yaml', 'version: 1\n', 'version: 1\nwaivers:\n  - rule: source/git-dependency\n    package: our-fork\n'),
      finds: [{ rule: 'configuration-change/policy' }, { rule: 'configuration-change/waiver', message: /source\/git-dependency/ }],
    },
    'a registry in .npmrc': {
      ...changed('.npmrc', undefined, 'registry=https://evil.example/\n'),
      finds: [{ rule: 'configuration-change/registry', severity: 'error' }],
    },
    'a registry of one scope': {
      ...changed('.npmrc', '', '@acme:registry = https://evil.example/\n'),
      finds: [{ rule: 'configuration-change/registry' }],
    },
    'a registry of yarn berry': {
      ...changed('.yarnrc.yml', '', 'npmRegistryServer: "https://evil.example"\n'),
      finds: [{ rule: 'configuration-change/registry' }],
    },
    'a registry of bun': {
      ...changed('bunfig.toml', '[install]\n', '[install]\nregistry = "https://evil.example"\n'),
      finds: [{ rule: 'configuration-change/registry' }],
    },
    'a registry that went': {
      ...changed('.npmrc', 'registry=https://registry.example/\n', undefined),
      finds: [{ rule: 'configuration-change/registry' }],
    },
    'scripts switched on': {
      ...changed('.npmrc', 'ignore-scripts=true\n', 'ignore-scripts=false\n'),
      finds: [{ rule: 'configuration-change/execution', severity: 'error' }],
    },
    'a shell for scripts': { ...changed('.npmrc', '', 'script-shell=./x.sh\n'), finds: [{ rule: 'configuration-change/execution' }] },
    'a pnpmfile': { ...changed('.pnpmfile.cjs', undefined, 'module.exports = {}\n'), finds: [{ rule: 'configuration-change/execution' }] },
    'a registry whose name is written with an escape': {
      ...changed('.npmrc', '', '"\\u0072egistry"=evil.example\n'),
      finds: [{ rule: 'configuration-change/registry' }],
    },
    'a registry whose name npm completes from a variable': {
      ...changed('.npmrc', '', '${NOTHING?}registry=//evil.example\n'),
      finds: [{ rule: 'configuration-change/registry' }],
    },
    'a registry behind a lone carriage return': {
      ...changed('.npmrc', 'fund=false\n', 'fund=false\raudit=false\rregistry=//evil.example\n'),
      finds: [{ rule: 'configuration-change/setting' }, { rule: 'configuration-change/registry' }],
    },
    'a registry as a list': { ...changed('.npmrc', '', 'registry[]=//evil.example\n'), finds: [{ rule: 'configuration-change/registry' }] },
    'two registries that change places': {
      ...changed('.npmrc', 'registry=//a.example\nregistry=//b.example\n', 'registry=//b.example\nregistry=//a.example\n'),
      finds: [{ rule: 'configuration-change/registry' }],
    },
    'a registry in an inline table of bun': {
      ...changed('bunfig.toml', '', 'install = { registry = "//evil.example" }\n'),
      finds: [{ rule: 'configuration-change/registry' }],
    },
    'a registry under a dotted key of bun': {
      ...changed('bunfig.toml', '', 'install.registry = "//evil.example"\n'),
      finds: [{ rule: 'configuration-change/registry' }],
    },
    'an address under the registries of pnpm': {
      ...changed('pnpm-workspace.yaml', 'registries:\n', 'registries:\n  default: https://evil.example\n'),
      finds: [{ rule: 'configuration-change/registry' }],
    },
    'a registry in the flags of yarn classic': {
      ...changed('.yarnrc', '', '--registry "//evil.example"\n'),
      finds: [{ rule: 'configuration-change/registry' }],
    },
    'a yarn of the repository': {
      ...changed('.yarnrc', '', 'yarn-path ".yarn/yarn.js"\n'),
      finds: [{ rule: 'configuration-change/execution' }],
    },
    'hooks that pnpm fetches': {
      ...changed('pnpm-workspace.yaml', '', 'configDependencies:\n'),
      finds: [{ rule: 'configuration-change/execution' }],
    },
    'a workspace that came': {
      ...changed('pnpm-workspace.yaml', 'packages:\n', "packages:\n  - 'packages/registry'\n"),
      finds: [{ rule: 'configuration-change/setting', severity: 'note' }],
    },
    'another setting': {
      ...changed('.npmrc', '', 'save-exact=true\n'),
      finds: [{ rule: 'configuration-change/setting', severity: 'note' }],
    },
  },
  notApplicable: { 'a single state': unchanged },
});

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
  passes: { 'a comment that came': changed('.npmrc', 'fund=false\n', '# no begging\nfund=false\n') },
  fails: {
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
    'another setting': {
      ...changed('.npmrc', '', 'save-exact=true\n'),
      finds: [{ rule: 'configuration-change/setting', severity: 'note' }],
    },
  },
  notApplicable: { 'a single state': unchanged },
});

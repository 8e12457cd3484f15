import { binShadowing } from '../../src/checks/bin-shadowing.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, release } from '../support/packument.ts';
import { testCheck } from './check-tester.ts';
import { manifestOf, swapped, tarballOf } from './tarballs.ts';

const packument = packumentOf('left-pad', [release('1.2.0'), release('1.3.0')]);
const first = packumentOf('left-pad', [release('1.3.0')]);
const brings = (...commands: readonly string[]) =>
  tarballOf({ manifest: manifestOf({ bin: Object.fromEntries(commands.map((command) => [command, 'cli.js'])) }) });
const none = { commands: [] };
const git = { commands: [{ command: 'git', owners: [], isSystem: true }] };
const eslint = { commands: [{ command: 'eslint', owners: ['eslint'], isSystem: false }] };
const had = (command: string) => packumentOf('left-pad', [release('1.2.0', { bin: [command] }), release('1.3.0')]);

testCheck(binShadowing, {
  passes: {
    'no command': { evidence: { tarball: tarballOf(), packument, commands: none } },
    'a command that it always had': { evidence: { tarball: brings('pad'), packument: had('pad'), commands: none } },
    'a command of a first release': { evidence: { tarball: brings('pad'), packument: first, commands: none } },
    'the package that the command belongs to': {
      component: component('eslint', '1.3.0'),
      evidence: { tarball: brings('eslint'), packument: had('eslint'), commands: eslint },
    },
  },
  fails: {
    'a new command with the name of a system command': {
      evidence: { tarball: brings('git'), packument, commands: git },
      finds: [{ rule: 'bin-shadowing/system-command', severity: 'error' }],
    },
    'one in a first release': {
      evidence: { tarball: brings('git'), packument: first, commands: git },
      finds: [{ rule: 'bin-shadowing/system-command', severity: 'error' }],
    },
    'one that it always had': {
      evidence: { tarball: brings('git'), packument: had('git'), commands: git },
      finds: [{ rule: 'bin-shadowing/system-command', severity: 'warning' }],
    },
    "another package's command": {
      evidence: { tarball: brings('eslint'), packument, commands: eslint },
      finds: [{ rule: 'bin-shadowing/other-package', severity: 'warning', message: /belongs to eslint/ }],
    },
    'a new command': {
      evidence: { tarball: brings('pad'), packument, commands: none },
      finds: [{ rule: 'bin-shadowing/new-command', severity: 'note' }],
    },
  },
  notApplicable: { 'bytes that are not the locked ones': { evidence: { tarball: swapped, packument, commands: none } } },
});

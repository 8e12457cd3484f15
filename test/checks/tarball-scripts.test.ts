import { tarballScripts } from '../../src/checks/tarball-scripts.ts';
import type { PreviousTarball } from '../../src/evidence/previous-tarball.ts';
import { packumentOf, release } from '../support/packument.ts';
import { testCheck } from './check-tester.ts';
import { file, manifestOf, swapped, tarballOf, text } from './tarballs.ts';

const plain = packumentOf('left-pad', [release('1.3.0')]);
const silent = packumentOf('left-pad', [release('1.3.0', { hasInstallScript: true })]);
const built = packumentOf('left-pad', [release('1.3.0', { installScripts: { install: 'node-gyp rebuild' } })]);
const previous: PreviousTarball = { status: 'not-needed' };
const before = (over: Parameters<typeof tarballOf>[0]): PreviousTarball => ({ status: 'read', version: '1.2.0', content: tarballOf(over) });
const scripted = (command: string) => ({ manifest: manifestOf({ scripts: { postinstall: command } }) });
const addon = (gyp: string) => ({ files: [file('binding.gyp')], texts: [text('binding.gyp', gyp)] });
const carrying = (command: string) => ({ bundled: [{ path: 'node_modules/inner', scripts: { postinstall: command } }] });
const listed = { allowed: () => ({ package: 'left-pad', reason: 'builds an addon', source: 'a list' }) };

testCheck(tarballScripts, {
  passes: {
    'nothing that runs': { evidence: { tarball: tarballOf(), packument: plain, previous } },
    'an addon that the registry shows, with headers asked for in the usual way': {
      evidence: { tarball: tarballOf(addon(`'<!(node -p "require('node-addon-api').include")'`)), packument: built, previous },
    },
    'a binding.gyp that is switched off': {
      evidence: {
        tarball: tarballOf({ files: [file('binding.gyp')], manifest: manifestOf({ gypfile: false }) }),
        packument: plain,
        previous,
      },
    },
    'a binding.gyp further down': { evidence: { tarball: tarballOf({ files: [file('test/binding.gyp')] }), packument: plain, previous } },
    'a listed package that runs commands in its binding.gyp': {
      evidence: { tarball: tarballOf(addon('<!(node find-headers.js)')), packument: built, previous },
      context: listed,
    },
    'a script that the registry leaves out, of a listed package': {
      evidence: { tarball: tarballOf(scripted('node x.js')), packument: silent, previous },
      context: listed,
    },
    'a bundled package with a script, in a listed package': {
      evidence: { tarball: tarballOf(carrying('node x.js')), packument: plain, previous: before({}) },
      context: listed,
    },
    'a script that the registry shows, which install-scripts judges': {
      evidence: {
        tarball: tarballOf(scripted('node x.js')),
        packument: packumentOf('left-pad', [release('1.3.0', { installScripts: { postinstall: 'node x.js' } })]),
        previous: before(scripted('node x.js')),
      },
    },
  },
  fails: {
    'a build that nobody shows': {
      evidence: { tarball: tarballOf(addon('{}')), packument: plain, previous },
      finds: [{ rule: 'tarball-scripts/implicit-build', severity: 'error' }],
    },
    'one that the version before had, too: the finding says so': {
      evidence: { tarball: tarballOf(addon('{}')), packument: plain, previous: before(addon('{}')) },
      finds: [{ rule: 'tarball-scripts/implicit-build', message: /shows no script/ }],
    },
    'a bundled package that runs code, where the version before carried none': {
      evidence: { tarball: tarballOf(carrying('node x.js')), packument: plain, previous: before({}) },
      finds: [{ rule: 'tarball-scripts/bundled-new', severity: 'error', message: /node_modules\/inner/ }],
    },
    'a bundled package that runs something else than the one in the version before': {
      evidence: { tarball: tarballOf(carrying('node y.js')), packument: plain, previous: before(carrying('node x.js')) },
      finds: [{ rule: 'tarball-scripts/bundled-new', severity: 'error' }],
    },
    'a bundled package that runs what it always ran': {
      evidence: { tarball: tarballOf(carrying('node x.js')), packument: plain, previous: before(carrying('node x.js')) },
      finds: [{ rule: 'tarball-scripts/bundled', severity: 'warning' }],
    },
    'a command in a binding.gyp': {
      evidence: { tarball: tarballOf(addon('<!(node setup.mjs)')), packument: built, previous },
      finds: [{ rule: 'tarball-scripts/gyp-command', severity: 'error' }],
    },
    'a script that the registry leaves out': {
      evidence: { tarball: tarballOf(scripted('node x.js')), packument: silent, previous },
      finds: [{ rule: 'tarball-scripts/unlisted', severity: 'warning' }],
    },
    'a script that the registry leaves out and that is new': {
      evidence: { tarball: tarballOf(scripted('node x.js')), packument: silent, previous: before({}) },
      finds: [{ rule: 'tarball-scripts/new', severity: 'error', message: /1\.2\.0 did not/ }],
    },
    'a script that the registry leaves out and that changed': {
      evidence: { tarball: tarballOf(scripted('node x.js')), packument: silent, previous: before(scripted('node y.js')) },
      finds: [{ rule: 'tarball-scripts/changed', severity: 'error' }],
    },
    'the same command that starts another file': {
      evidence: {
        tarball: tarballOf({ ...scripted('node x.js'), scriptTargets: ['x.js'], texts: [text('x.js', 'new', 1)] }),
        packument: packumentOf('left-pad', [release('1.3.0', { installScripts: { postinstall: 'node x.js' } })]),
        previous: before({ ...scripted('node x.js'), scriptTargets: ['x.js'], texts: [text('x.js', 'old', 2)] }),
      },
      finds: [{ rule: 'tarball-scripts/target-changed', severity: 'note' }],
    },
  },
  notApplicable: { 'bytes that are not the locked ones': { evidence: { tarball: swapped, packument: plain, previous } } },
});

import { manifestConfusion } from '../../src/checks/manifest-confusion.ts';
import { packumentOf, packumentWithStatus, release } from '../support/packument.ts';
import { testCheck } from './check-tester.ts';
import { damaged, file, manifestOf, swapped, tarballOf } from './tarballs.ts';

const plain = packumentOf('left-pad', [release('1.3.0')]);
const shows = (over: Parameters<typeof release>[1]) => packumentOf('left-pad', [release('1.3.0', over)]);
const packs = (over: Parameters<typeof manifestOf>[0]) => tarballOf({ manifest: manifestOf(over) });

testCheck(manifestConfusion, {
  passes: {
    'the same manifest': { evidence: { tarball: tarballOf(), packument: plain } },
    'scripts that do not run at the install': {
      evidence: { tarball: packs({ scripts: { test: 'tap', prepare: 'tsc' } }), packument: plain },
    },
    'the build that npm writes into the metadata': {
      evidence: {
        tarball: tarballOf({ files: [file('binding.gyp')] }),
        packument: shows({ installScripts: { install: 'node-gyp rebuild' } }),
      },
    },
    'optional dependencies that the registry lists in both places': {
      evidence: {
        tarball: packs({ optionalDependencies: { fsevents: '^2.0.0' } }),
        packument: shows({ dependencies: { fsevents: '^2.0.0' }, optionalDependencies: { fsevents: '^2.0.0' } }),
      },
    },
    'a version that the registry cleaned': { evidence: { tarball: packs({ version: 'v1.3.0' }), packument: plain } },
    'a short document, which has no scripts': {
      evidence: { tarball: packs({ scripts: { postinstall: 'node x' } }), packument: { ...plain, representation: 'abbreviated' } },
    },
    'a command that is shown': { evidence: { tarball: packs({ bin: { pad: 'cli.js' } }), packument: shows({ bin: ['pad'] }) } },
  },
  fails: {
    'a hidden script': {
      evidence: { tarball: packs({ scripts: { postinstall: 'node evil.js' } }), packument: plain },
      finds: [{ rule: 'manifest-confusion/scripts', severity: 'error', message: /runs install scripts that the registry does not show/ }],
    },
    'another script': {
      evidence: {
        tarball: packs({ scripts: { install: 'node evil.js' } }),
        packument: shows({ installScripts: { install: 'node build.js' } }),
      },
      finds: [{ rule: 'manifest-confusion/scripts', severity: 'error' }],
    },
    'a script that the tarball lacks': {
      evidence: { tarball: tarballOf(), packument: shows({ installScripts: { install: 'node build.js' } }) },
      finds: [{ rule: 'manifest-confusion/scripts', severity: 'warning' }],
    },
    'a hidden dependency': {
      evidence: { tarball: packs({ dependencies: { 'plain-crypto-js': '^4.2.1' } }), packument: plain },
      finds: [{ rule: 'manifest-confusion/dependencies', severity: 'error' }],
    },
    'a dependency on something else': {
      evidence: { tarball: packs({ dependencies: { a: 'github:evil/a' } }), packument: shows({ dependencies: { a: '^1.0.0' } }) },
      finds: [{ rule: 'manifest-confusion/dependencies', severity: 'error' }],
    },
    'a dependency that the tarball lacks': {
      evidence: { tarball: tarballOf(), packument: shows({ dependencies: { a: '^1.0.0' } }) },
      finds: [{ rule: 'manifest-confusion/dependencies', severity: 'warning' }],
    },
    'the package.json of another package': {
      evidence: { tarball: packs({ name: 'lodash' }), packument: plain },
      finds: [{ rule: 'manifest-confusion/identity', severity: 'warning' }],
    },
    'the package.json of another version': {
      evidence: { tarball: packs({ version: '1.2.9' }), packument: plain },
      finds: [{ rule: 'manifest-confusion/identity', severity: 'warning' }],
    },
    'a hidden command': {
      evidence: { tarball: packs({ bin: { node: 'evil.js' } }), packument: plain },
      finds: [{ rule: 'manifest-confusion/bin', severity: 'warning' }],
    },
  },
  notApplicable: {
    'bytes that are not the locked ones': { evidence: { tarball: swapped, packument: plain } },
    'bytes that are no archive': { evidence: { tarball: damaged, packument: plain } },
    'a version that the registry does not know': {
      evidence: { tarball: tarballOf(), packument: packumentWithStatus('left-pad', 'missing') },
    },
  },
});

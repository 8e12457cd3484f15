import { expect, it } from 'vitest';
import { scriptTargets } from '../../src/tarballs/script-targets.ts';

const files = new Set(['install.js', 'scripts/postinstall.cjs', 'lib/index.js', 'run.sh']);

it.each([
  ['node install.js', ['install.js']],
  ['node ./install', ['install.js']],
  ['node scripts/postinstall || true', ['scripts/postinstall.cjs']],
  ['node lib', ['lib/index.js']],
  ['sh "./run.sh" && node install.js', ['install.js', 'run.sh']],
  ['node-gyp rebuild', []],
])('%s starts %j', (command, targets) => expect(scriptTargets([command], files)).toEqual(targets));

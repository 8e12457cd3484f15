import { expect, it } from 'vitest';
import { contentJump } from '../../src/checks/content-jump.ts';
import type { PreviousTarball } from '../../src/evidence/previous-tarball.ts';
import { packumentOf, packumentWithStatus, release } from '../support/packument.ts';
import { run, testCheck } from './check-tester.ts';
import { file, swapped, tarballOf } from './tarballs.ts';

const was = (unpackedSize: number, fileCount: number) =>
  packumentOf('left-pad', [release('1.2.0', { unpackedSize, fileCount }), release('1.3.0')]);
const silent = packumentOf('left-pad', [release('1.2.0'), release('1.3.0')]);
const many = tarballOf({ files: Array.from({ length: 300 }, (_, index) => file(`${index}.js`)) });
const large = tarballOf({ unpackedSize: 12_000_000 });
const before: PreviousTarball = { status: 'read', version: '1.2.0', content: tarballOf() };

testCheck(contentJump, {
  passes: {
    'the same size': { evidence: { tarball: tarballOf(), packument: was(3_000, 2) } },
    'ten times as large and still small': { evidence: { tarball: tarballOf({ unpackedSize: 900_000 }), packument: was(3_000, 2) } },
    'large as before': { evidence: { tarball: large, packument: was(11_000_000, 2) } },
  },
  fails: {
    'a jump in size': {
      evidence: { tarball: large, packument: was(3_000, 2) },
      finds: [{ rule: 'content-jump/size', severity: 'warning' }],
    },
    'a jump in files': {
      evidence: { tarball: many, packument: was(3_000, 2) },
      finds: [{ rule: 'content-jump/files', severity: 'warning' }],
    },
    'a jump by a floor of the policy': {
      evidence: { tarball: tarballOf(), packument: was(100, 2) },
      options: { 'size-floor': 1_000 },
      finds: [{ rule: 'content-jump/size' }],
    },
  },
  notApplicable: {
    'a registry that names no sizes': { evidence: { tarball: large, packument: silent } },
    'a first release': { evidence: { tarball: large, packument: packumentOf('left-pad', [release('1.3.0')]) } },
    'a name that the registry does not know': { evidence: { tarball: large, packument: packumentWithStatus('left-pad', 'missing') } },
    'bytes that are not the locked ones': { evidence: { tarball: swapped, packument: was(1, 1) } },
  },
});

it('compares with the tarball before where the registry names no sizes and it was read', () => {
  expect(run(contentJump, { evidence: { tarball: large, packument: silent, previous: before } })).toMatchObject({ result: 'fail' });
});

import { nativeBinary } from '../../src/checks/native-binary.ts';
import type { PreviousTarball } from '../../src/evidence/previous-tarball.ts';
import type { TarballFile } from '../../src/evidence/tarball.ts';
import { testCheck } from './check-tester.ts';
import { file, swapped, tarballOf } from './tarballs.ts';

const addon = file('build/x.node', { binary: 'elf' });
const other = file('build/y.node', { binary: 'mach-o' });
const before = (...files: readonly TarballFile[]): PreviousTarball => ({
  status: 'read',
  version: '1.2.0',
  content: tarballOf({ files }),
});

testCheck(nativeBinary, {
  passes: {
    'plain JavaScript': { evidence: { tarball: tarballOf(), previous: { status: 'not-needed' } } },
    'the same native files': { evidence: { tarball: tarballOf({ files: [addon] }), previous: before(addon) } },
    'a native file that was renamed': { evidence: { tarball: tarballOf({ files: [other] }), previous: before(addon) } },
  },
  fails: {
    'native code where there was none': {
      evidence: { tarball: tarballOf({ files: [addon] }), previous: before() },
      finds: [{ rule: 'native-binary/new', severity: 'warning', message: /1\.2\.0 had none/ }],
    },
    'a further platform': {
      evidence: { tarball: tarballOf({ files: [addon, other] }), previous: before(addon) },
      finds: [{ rule: 'native-binary/more', severity: 'note' }],
    },
  },
  notApplicable: {
    'a first release': { evidence: { tarball: tarballOf({ files: [addon] }), previous: { status: 'first-release' } } },
    'bytes that are not the locked ones': { evidence: { tarball: swapped, previous: { status: 'not-needed' } } },
  },
});

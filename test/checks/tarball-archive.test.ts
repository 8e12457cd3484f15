import { tarballArchive } from '../../src/checks/tarball-archive.ts';
import { testCheck } from './check-tester.ts';
import { damaged, swapped, tarballOf } from './tarballs.ts';

const { manifest: _, ...withoutManifest } = tarballOf();

testCheck(tarballArchive, {
  passes: { 'an ordinary archive': { evidence: { tarball: tarballOf() } } },
  fails: {
    'bytes that cannot be unpacked': { evidence: { tarball: damaged }, finds: [{ rule: 'tarball-archive/damaged', severity: 'error' }] },
    'no package.json': { evidence: { tarball: withoutManifest }, finds: [{ rule: 'tarball-archive/no-manifest', severity: 'error' }] },
    'paths that lead out': {
      evidence: {
        tarball: tarballOf({
          oddities: [
            { type: 'parent', path: 'package/../../x' },
            { type: 'absolute', path: '/etc/x' },
          ],
        }),
      },
      finds: [{ rule: 'tarball-archive/escapes', severity: 'error' }],
    },
    'a link': {
      evidence: { tarball: tarballOf({ oddities: [{ type: 'link', path: 'package/x' }] }) },
      finds: [{ rule: 'tarball-archive/special-entry', severity: 'warning' }],
    },
    'two files for one path': {
      evidence: { tarball: tarballOf({ oddities: [{ type: 'duplicate', path: 'dist/index.js' }] }) },
      finds: [{ rule: 'tarball-archive/ambiguous', severity: 'warning' }],
    },
    'two manifests': {
      evidence: { tarball: tarballOf({ oddities: [{ type: 'case', path: 'Package.json' }] }) },
      finds: [{ rule: 'tarball-archive/ambiguous', severity: 'error', message: /more than one package\.json/ }],
    },
  },
  notApplicable: { 'bytes that are not the locked ones': { evidence: { tarball: swapped } } },
});

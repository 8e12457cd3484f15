import { packument } from '../evidence/packument.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import { compareIntegrity, formatHash, type Integrity } from '../model/integrity.ts';

/** Do the bytes that the lockfile names agree with what the registry publishes for this version. */
export const registryIntegrity: AnyCheck = defineCheck({
  id: 'registry-integrity',
  scope: 'component',
  needs: { packument },
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'registry-integrity/differs': {
      severity: 'error',
      summary: 'The lockfile pins other bytes than the registry has for this version',
      why: 'A published version never changes. Either the lockfile was edited to let other content in, or the registry serves something else than on the day it was written.',
      fix: 'Do not install. Find out which change of the lockfile brought the digest, and restore the one that the registry has.',
      family: 'content',
    },
    'registry-integrity/not-comparable': {
      severity: 'note',
      summary: 'Lockfile and registry share no hash algorithm for this version',
      why: 'Old versions are published with SHA-1 only, so a SHA-512 in the lockfile cannot be compared with the registry without reading the tarball.',
      fix: 'Nothing is wrong by itself; the package manager still verifies the digest of the lockfile while it installs.',
      family: 'content',
    },
  },
  evaluate: ({ subject: { component }, known }) => {
    const locked = component.integrity;
    if (component.isBundled) return { notApplicable: 'it travels inside the tarball of another package' };
    if (locked === undefined) return { notApplicable: 'the lockfile names no digest of its tarball' };
    if (known.packument.status !== 'published') return { notApplicable: 'the registry has no such package' };
    const release = known.packument.releases.get(component.version);
    if (release === undefined) return { notApplicable: 'the registry has no such version' };
    const comparison = release.integrity === undefined ? 'incomparable' : compareEach(locked, release.integrity);
    if (comparison === 'equal') return [];
    const name = labelOf(component);
    const [lockedHash] = locked;
    const [publishedHash] = release.integrity ?? [];
    const facts = [
      { label: 'lockfile', value: formatHash(lockedHash), source: 'lockfile' },
      { label: 'registry', value: publishedHash === undefined ? 'no digest' : formatHash(publishedHash), source: known.packument.registry },
    ];
    switch (comparison) {
      case 'different':
        return [
          {
            rule: 'registry-integrity/differs',
            message: `${name} is locked to bytes that the registry does not have`,
            facts,
            help: ['do not install it; restore the entry from a commit that you trust, or remove it and install again'],
          },
        ];
      case 'incomparable':
        return [
          {
            rule: 'registry-integrity/not-comparable',
            message: `${name} cannot be compared with the registry: no hash algorithm in common`,
            facts,
          },
        ];
    }
  },
});

/** Package managers install what fits any digest of the strongest algorithm: a second one beside the registry's lets other bytes in. */
function compareEach(locked: Integrity, published: Integrity): ReturnType<typeof compareIntegrity> {
  const [{ algorithm }] = locked;
  const alternatives = locked.filter((hash) => hash.algorithm === algorithm).map((hash) => compareIntegrity([hash], published));
  return alternatives.find((result) => result === 'different') ?? compareIntegrity(locked, published);
}

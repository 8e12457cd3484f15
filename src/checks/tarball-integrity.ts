import { tarball } from '../evidence/tarball.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import { type Integrity, compareIntegrity, formatHash } from '../model/integrity.ts';

/** Are the bytes that the registry serves the ones that the lockfile names, or else the ones that the registry itself names. */
export const tarballIntegrity: AnyCheck = defineCheck({
  id: 'tarball-integrity',
  scope: 'component',
  needs: { tarball },
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'tarball-integrity/differs': {
      severity: 'error',
      summary: 'The registry serves other bytes than the lockfile names',
      why: 'The digest in the lockfile is what was reviewed. Bytes that do not have it are something else, whatever name they carry.',
      fix: 'Do not install. Ask the registry, or look for a proxy in between; a published version never changes.',
      family: 'content',
    },
    'tarball-integrity/registry-differs': {
      severity: 'error',
      summary: 'The registry serves other bytes than its own metadata names',
      why: 'The lockfile holds no digest that could tell, and the registry contradicts itself: one of its two answers was changed.',
      fix: 'Do not install. Ask whoever runs the registry.',
      family: 'content',
    },
  },
  evaluate: ({ subject: { component }, known }) => {
    const { digests, published, status, url } = known.tarball;
    const locked = component.integrity;
    if (locked === undefined && published === undefined)
      return { notApplicable: 'neither the lockfile nor the registry names a digest of it' };
    const served = fact('served', digests, url);
    if (status === 'different' && locked !== undefined) {
      return [
        {
          rule: 'tarball-integrity/differs',
          message: `${labelOf(component)} is served with other bytes than the lockfile names`,
          facts: [fact('lockfile', locked, 'lockfile'), served],
          help: ['do not install it; ask the registry, or look for a proxy in between'],
        },
      ];
    }
    // Where lockfile and registry can be compared, registry-integrity does.
    const isJudgedElsewhere = locked !== undefined && published !== undefined && compareIntegrity(locked, published) !== 'incomparable';
    if (isJudgedElsewhere || published === undefined || compareIntegrity(digests, published) !== 'different') return [];
    return [
      {
        rule: 'tarball-integrity/registry-differs',
        message: `${labelOf(component)} is served with other bytes than the registry's own metadata names`,
        facts: [fact('registry', published, 'registry'), served],
        help: ['do not install it; ask whoever runs the registry'],
      },
    ];
  },
});

/** The digest of the strongest algorithm. */
function fact(label: string, [strongest]: Integrity, source: string): { label: string; value: string; source: string } {
  return { label, value: formatHash(strongest), source };
}

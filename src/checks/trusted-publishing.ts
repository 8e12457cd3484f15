import { type AnnouncedRelease, releaseHistory } from '../evidence/release-history.ts';
import { verifiedProvenance } from '../evidence/verified-provenance.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import { isHistory, recentWithin, recentWithinDefault } from './recent-release.ts';

const defaults: { readonly 'recent-within': number } = { 'recent-within': recentWithinDefault };
/** So many releases in a row make a habit; fewer may have been an attempt. */
const habit = 3;
const words = { none: 'neither', provenance: 'provenance', 'trusted-publisher': 'a trusted publisher' } as const;

/**
 * Does the registry's metadata announce what it announced for the releases before. Judges where attestations themselves cannot
 * be had: a mirror that keeps the metadata. Where they can, `provenance-history` judges the same on proof.
 */
export const trustedPublishing: AnyCheck = defineCheck({
  id: 'trusted-publishing',
  scope: 'component',
  needs: { history: releaseHistory },
  uses: { provenance: verifiedProvenance },
  options: { defaults, properties: { 'recent-within': recentWithin } },
  rules: {
    'trusted-publishing/lost': {
      severity: 'error',
      summary: 'Earlier versions announced provenance or a trusted publisher, this one announces neither',
      why: 'A project that publishes from its pipeline does not go back to a token by itself. Whoever has stolen the token does. Three releases in a row make it an error, fewer a warning.',
      fix: 'Stay on the version before. Ask the project whether it published this one by hand.',
      incident: 'axios (2026-03-31): published with a stolen token, without the trusted publisher of the releases before it.',
      family: 'identity',
    },
  },
  evaluate: ({ subject: { component }, known: { history }, used, options, context }) => {
    if (used.provenance !== undefined) return { notApplicable: 'provenance-history judges it on the attestations themselves' };
    if (history.status === 'not-in-registry') return { notApplicable: 'the registry does not know this version' };
    if (history.status === 'history') return [];
    const { release, earlier, publishedAt } = history;
    const [last] = earlier;
    if (last === undefined) return { notApplicable: 'there is no earlier release of its line to compare with' };
    if (release.announced !== 'none' || isHistory(publishedAt, context.now, options['recent-within'])) return [];
    const length = runLength(earlier);
    if (length === 0) return [];
    return [
      {
        rule: 'trusted-publishing/lost',
        ...(length >= habit ? {} : { severity: 'warning' }),
        message: `${labelOf(component)} has no trusted publisher and no provenance, ${last.version} announced ${words[last.announced]}`,
        facts: [
          {
            label: 'releases before',
            value: earlier.map((one) => `${one.version}: ${words[one.announced]}`).join(', '),
            source: 'registry',
          },
          { label: 'evidence', value: 'unsigned registry metadata', source: 'registry' },
        ],
        help: [`stay on ${last.version} until the project explains it`],
        passesAt: publishedAt + options['recent-within'],
      },
    ];
  },
});

/** How many of the nearest releases in a row announced something. */
function runLength(earlier: readonly AnnouncedRelease[]): number {
  const end = earlier.findIndex((one) => one.announced === 'none');
  return end === -1 ? earlier.length : end;
}

import { packument } from '../evidence/packument.ts';
import { releaseBefore } from '../evidence/release-before.ts';
import { type LicenceChangeClass, classifyLicenceChange } from '../licences/change.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import { inertLine } from '../model/inert.ts';

/** Did the licence become stricter, or unreadable, since the version before. */
export const licenceChange: AnyCheck = defineCheck({
  id: 'licence-change',
  scope: 'component',
  needs: { packument },
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'licence-change/narrower': {
      severity: 'warning',
      summary: 'This version has stricter terms than the version before',
      why: 'Licences change in patch releases too. An update that nobody reads can bring copyleft, a second licence, or the end of all rights.',
      fix: 'Read the new terms, or stay on the version before.',
      incident: 'ua-parser-js: MIT to AGPL-3.0-or-later in 2.0; pako 1.0.5: MIT to MIT AND Zlib in a patch release.',
      family: 'licence',
    },
    'licence-change/unreadable': {
      severity: 'warning',
      summary: 'The licence of the version before could be read, this one cannot',
      why: 'Terms that were clear have become unclear, and nobody may rely on the old ones.',
      fix: 'Read the licence file of the new version, or stay on the version before.',
      family: 'licence',
    },
  },
  evaluate: ({ subject: { component }, known: { packument: document } }) => {
    const release = document.status === 'published' ? document.releases.get(component.version) : undefined;
    if (release === undefined) return { notApplicable: 'the registry does not know this version' };
    if (document.representation === 'abbreviated') return { notApplicable: 'the short registry document has no licences' };
    const before = releaseBefore(document, component.version);
    if (before === undefined) return { notApplicable: 'there is no version before' };
    if (before.licence === release.licence) return [];
    const change = classifyLicenceChange(before.licence, release.licence);
    const rule = alerts.get(change);
    if (rule === undefined) return [];
    const name = labelOf(component);
    return [
      {
        rule,
        message:
          change === 'narrower'
            ? `${name} has stricter terms than ${before.version}`
            : `${name} has a licence that cannot be read, ${before.version} had one that could`,
        facts: [
          { label: 'before', value: `${before.version}: ${describe(before.licence)}`, source: 'registry' },
          { label: 'now', value: describe(release.licence), source: 'registry' },
        ],
        help: [`read the new terms, or stay on ${before.version}`],
      },
    ];
  },
});

const alerts: ReadonlyMap<LicenceChangeClass, 'licence-change/narrower' | 'licence-change/unreadable'> = new Map([
  ['narrower', 'licence-change/narrower'],
  ['unknown', 'licence-change/unreadable'],
]);

function describe(licence: unknown): string {
  if (licence === undefined) return 'none';
  return inertLine(typeof licence === 'string' ? licence : (JSON.stringify(licence) ?? 'none'), 200);
}

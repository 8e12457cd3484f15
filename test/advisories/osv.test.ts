import { array, assert, constantFrom, jsonValue, property, record as recordOf } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectOf } from '../../src/advisories/hit.ts';
import { type OsvReading, type PackageAdvisory, readOsv } from '../../src/advisories/osv.ts';
import { milliseconds } from '../../src/model/units.ts';
import { affectedBy, malwareRecord, osvRecord } from '../support/advisories.ts';

const now = milliseconds(Date.parse('2026-11-25T12:00:00Z'));

function packagesOf(record: unknown): readonly PackageAdvisory[] {
  const reading = readOsv(record, now);
  if (reading.type === 'refused') throw new Error(reading.why);
  return reading.packages;
}

describe('an OSV record', () => {
  it('is read with its names, rating and versions', () => {
    expect(packagesOf(osvRecord('left-pad'))).toEqual([
      {
        name: 'left-pad',
        id: 'GHSA-aaaa-bbbb-cccc',
        aliases: ['CVE-2026-0001'],
        summary: 'Pads with the wrong character',
        severity: 'high',
        score: 7.5,
        isMalware: false,
        affected: { isEveryVersion: false, versions: [], ranges: [{ introduced: ['0'], fixed: ['1.3.1'], lastAffected: [], limits: [] }] },
      },
    ]);
  });

  it('adds up its entries about one package, and keeps packages apart', () => {
    const affected = [
      affectedBy('left-pad', [{ introduced: '1.0.0' }, { fixed: '1.3.1' }]),
      affectedBy('left-pad', [{ introduced: '2.0.0' }, { last_affected: '2.1.0' }]),
      affectedBy('right-pad', [{ introduced: '0' }]),
      { package: { ecosystem: 'PyPI', name: 'left-pad' }, ranges: [] },
    ];
    const [left, right, ...others] = packagesOf(osvRecord('left-pad', { affected }));
    expect([left?.name, right?.name, others.length]).toEqual(['left-pad', 'right-pad', 0]);
    expect(['1.2.0', '2.1.0', '2.1.1'].map((version) => left && effectOf(left, version))).toEqual(['affected', 'affected', 'unaffected']);
  });

  it('counts as malware by its id, by an alias, by its origin, or by its weakness', () => {
    const records = [
      malwareRecord('left-pad'),
      osvRecord('left-pad', { aliases: ['MAL-2026-7'] }),
      osvRecord('left-pad', { database_specific: { 'malicious-packages-origins': [] } }),
      osvRecord('left-pad', { database_specific: { cwe_ids: ['CWE-506'] } }),
      osvRecord('left-pad'),
    ];
    expect(records.map((record) => packagesOf(record)[0]?.isMalware)).toEqual([true, true, true, true, false]);
  });

  it.each([
    [
      'the word beside a v4 vector',
      { severity: [{ type: 'CVSS_V4', score: 'CVSS:4.0/AV:N' }], database_specific: { severity: 'LOW' } },
      'low',
    ],
    ['the higher of vector and word', { database_specific: { severity: 'CRITICAL' } }, 'critical'],
    ['nothing', { severity: [], database_specific: {} }, 'unrated'],
    ['a v4 vector alone', { severity: [{ type: 'CVSS_V4', score: 'CVSS:4.0/AV:N' }], database_specific: undefined }, 'unrated'],
    [
      'a rating for the package alone',
      {
        severity: [],
        database_specific: {},
        affected: [
          {
            ...affectedBy('left-pad', [{ introduced: '0' }]),
            severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
          },
        ],
      },
      'critical',
    ],
  ])('is rated by %s', (_, over, severity) => {
    expect(packagesOf(osvRecord('left-pad', over))[0]?.severity).toBe(severity);
  });

  it('is withdrawn from the instant on that it names, and not before', () => {
    const isWithdrawn = (withdrawn: unknown): unknown => {
      const reading: OsvReading = readOsv(osvRecord('left-pad', { withdrawn }), now);
      return reading.type === 'record' && reading.isWithdrawn;
    };
    expect(['2026-11-25T11:00:00Z', '2026-12-01T00:00:00Z', 'yes', undefined].map(isWithdrawn)).toEqual([true, false, false, false]);
  });

  it.each([
    ['an event that is no version', [affectedBy('left-pad', [{ introduced: '0' }, { fixed: 'the next one' }])]],
    ['an event of an unknown kind', [affectedBy('left-pad', [{ introduced: '0' }, { mended: '1.0.0' }])]],
    ['no event that introduces it', [affectedBy('left-pad', [{ fixed: '1.0.0' }])]],
    ['a range of an unknown type', [affectedBy('left-pad', [{ introduced: '0' }], 'MOON')]],
    ['commits alone', [affectedBy('left-pad', [{ introduced: '0' }], 'GIT')]],
    ['versions that are no texts', [{ package: { ecosystem: 'npm', name: 'left-pad' }, versions: [1, 2] }]],
    ['ranges that are no list', [{ package: { ecosystem: 'npm', name: 'left-pad' }, ranges: { 0: 'all' } }]],
    ['one unreadable entry of two', [affectedBy('left-pad', [{ introduced: '5.0.0' }]), affectedBy('left-pad', [{ fixed: '1.0.0' }])]],
  ])('leaves its package unclear, never unaffected, for %s', (_, affected) => {
    const [one] = packagesOf(osvRecord('left-pad', { affected }));
    expect(one && effectOf(one, '1.0.0')).toBe('unknown');
  });

  it('hits every version where it names neither versions nor ranges', () => {
    const [one] = packagesOf(osvRecord('left-pad', { affected: [{ package: { ecosystem: 'npm', name: 'left-pad' } }] }));
    expect(one && effectOf(one, '9.9.9')).toBe('affected');
  });

  it('may write versions short, and ranges without a limit', () => {
    const [one] = packagesOf(
      osvRecord('left-pad', { affected: [affectedBy('left-pad', [{ introduced: '1' }, { fixed: 'v2.1' }, { limit: '*' }])] }),
    );
    expect(['0.9.0', '1.0.0', '2.0.9', '2.1.0'].map((version) => one && effectOf(one, version))).toEqual([
      'unaffected',
      'affected',
      'affected',
      'unaffected',
    ]);
  });

  it('says nothing about npm where it is about other ecosystems, whatever its id looks like', () => {
    expect(packagesOf({ id: 'RHSA 2026/1', affected: [{ package: { ecosystem: 'Red Hat', name: 'left-pad' } }] })).toEqual([]);
  });

  it.each([
    ['no object', []],
    ['no id', osvRecord('left-pad', { id: undefined })],
    ['an id that leads elsewhere', osvRecord('left-pad', { id: '../../etc/passwd' })],
    ['a schema of another age', osvRecord('left-pad', { schema_version: '2.0.0' })],
    ['a schema that is no text', osvRecord('left-pad', { schema_version: { toString: '1.0.0' } })],
    ['affected that is no list', osvRecord('left-pad', { affected: 'everything' })],
    [
      'more events than any honest record',
      osvRecord('left-pad', {
        affected: [
          affectedBy(
            'left-pad',
            Array.from({ length: 30_000 }, () => ({ introduced: '0' })),
          ),
        ],
      }),
    ],
    [
      'more versions than any honest record',
      osvRecord('left-pad', {
        affected: [{ package: { ecosystem: 'npm', name: 'left-pad' }, versions: Array.from({ length: 200_000 }, () => '1.0.0') }],
      }),
    ],
  ])('is refused with %s', (_, record) => expect(readOsv(record, now).type).toBe('refused'));

  it('keeps a package called __proto__ apart from prototypes', () => {
    const record: unknown = JSON.parse(JSON.stringify(osvRecord('__proto__')));
    expect(packagesOf(record).map(({ name }) => name)).toEqual(['__proto__']);
  });

  it('never throws and never loses an npm package, whatever it is made of', () => {
    const rubbish = jsonValue();
    const entry = recordOf(
      {
        package: recordOf({ ecosystem: constantFrom('npm'), name: constantFrom('left-pad', 'right-pad', '__proto__') }),
        ranges: array(recordOf({ type: constantFrom<unknown>('SEMVER', 'GIT', 7), events: rubbish }, { requiredKeys: [] })),
        versions: rubbish,
      },
      { requiredKeys: ['package'] },
    );
    assert(
      property(array(entry), rubbish, rubbish, rubbish, (affected, severity, aliases, own) => {
        const record = { ...osvRecord('left-pad'), affected, severity, aliases, database_specific: own, summary: own };
        const names = new Set(affected.map((one) => one.package.name));
        const packages = packagesOf(record);
        expect(new Set(packages.map(({ name }) => name))).toEqual(names);
        for (const one of packages) effectOf(one, '1.0.0');
      }),
      { numRuns: 500 },
    );
  });
});

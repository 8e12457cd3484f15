import { describe, expect, it } from 'vitest';
import { uniteHits } from '../../src/advisories/hit.ts';
import { advisoryOf } from '../support/advisories.ts';

describe('what several databases say', () => {
  it('is one advisory under names that they share, with the worse rating and every name', () => {
    const registry = advisoryOf({ severity: 'moderate', fixedVersions: [], lastAffected: '1.3.0' });
    const imported = advisoryOf({ id: 'CVE-2026-0001', aliases: [], severity: 'critical', score: 9.8, source: 'imported' });
    expect(uniteHits([registry, imported])).toEqual([
      { ...advisoryOf({ severity: 'critical', score: 9.8 }), source: 'registry.example, imported' },
    ]);
  });

  it('is malware as soon as one says so, and that comes first', () => {
    const flaw = advisoryOf({ id: 'GHSA-dddd-eeee-ffff', aliases: [], severity: 'critical' });
    const report = advisoryOf({ severity: 'low' });
    const malware = advisoryOf({ id: 'MAL-2026-1', aliases: ['GHSA-aaaa-bbbb-cccc'], severity: 'unrated', isMalware: true });
    expect(uniteHits([flaw, report, malware]).map(({ id, isMalware }) => [id, isMalware])).toEqual([
      ['GHSA-aaaa-bbbb-cccc', true],
      ['GHSA-dddd-eeee-ffff', false],
    ]);
  });
});

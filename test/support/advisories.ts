import type { Advisory } from '../../src/model/advisory.ts';

/** An advisory as evidence; every field can be replaced. */
export function advisoryOf(over: Partial<Advisory> = {}): Advisory {
  return {
    id: 'GHSA-aaaa-bbbb-cccc',
    aliases: ['CVE-2026-0001'],
    summary: 'Pads with the wrong character',
    severity: 'high',
    score: 7.5,
    fixedVersions: ['1.3.1'],
    url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
    isMalware: false,
    source: 'registry.example',
    ...over,
  };
}

/** An OSV record about one npm package, as its database publishes it. */
export function osvRecord(name: string, over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    schema_version: '1.7.0',
    id: 'GHSA-aaaa-bbbb-cccc',
    modified: '2026-11-24T00:00:00Z',
    aliases: ['CVE-2026-0001'],
    summary: 'Pads with the wrong character',
    affected: [affectedBy(name, [{ introduced: '0' }, { fixed: '1.3.1' }])],
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' }],
    database_specific: { severity: 'HIGH', cwe_ids: ['CWE-400'] },
    ...over,
  };
}

/** An `affected` entry with one range. */
export function affectedBy(name: string, events: readonly unknown[], type = 'SEMVER'): Readonly<Record<string, unknown>> {
  return { package: { ecosystem: 'npm', name }, ranges: [{ type, events }] };
}

/** A record of the malicious packages database about every version of a package. */
export function malwareRecord(name: string, id = 'MAL-2026-1'): Readonly<Record<string, unknown>> {
  return {
    schema_version: '1.7.0',
    id,
    modified: '2026-11-25T00:00:00Z',
    summary: `Malicious code in ${name} (npm)`,
    affected: [affectedBy(name, [{ introduced: '0' }])],
  };
}

import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { cyclonedx } from '../../src/reporters/cyclonedx.ts';
import { validateCycloneDX } from '../../src/sbom/validate.ts';
import { component } from '../support/inventory.ts';
import { reportWithEverything } from './report.ts';

const plain = { isColoured: false, width: 0, isExpanded: true };

function decisions(report: Report): Readonly<Record<string, string | undefined>> {
  const bom: { components: { name: string; properties?: { name: string; value: string }[] }[] } = JSON.parse(
    cyclonedx.render(report, plain),
  );
  return Object.fromEntries(
    bom.components.map(({ name, properties = [] }) => [name, properties.find((one) => one.name === 'lockgate:decision')?.value]),
  );
}

describe('the SBOM with decisions', () => {
  it('is valid, for one lockfile and for several', () => {
    expect(validateCycloneDX(cyclonedx.render(reportWithEverything, plain))).toEqual([]);
    expect(validateCycloneDX(cyclonedx.renderAll?.([reportWithEverything, reportWithEverything], plain) ?? '')).toEqual([]);
  });

  it('says for each component what was decided', () => {
    const { changes: _, ...whole } = reportWithEverything;
    expect(decisions(whole)).toEqual({ 'left-pad': 'fail', evil: 'pass', 'our-fork': 'pass' });
    expect(decisions({ ...whole, findings: [] })['left-pad']).toBe('inconclusive');
  });

  it('calls nothing passed that a change did not touch', () => {
    const changes = [{ type: 'added', after: component('evil', '1.0.0') }] as const;
    expect(decisions({ ...reportWithEverything, changes })).toMatchObject({ evil: 'pass', 'our-fork': 'unchanged' });
  });
});

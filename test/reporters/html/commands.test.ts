import { describe, expect, it } from 'vitest';
import { waiveCommand, whyCommand } from '../../../src/reporters/html/commands.ts';
import { component } from '../../support/inventory.ts';
import { findingFor } from './page-report.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const licence = { severity: 'error', summary: '', why: '', fix: '', family: 'licence' } as const;

describe('commands to paste', () => {
  it('permit a finding for a month', () => {
    const finding = findingFor(component('@acme/ui', '2.0.0'), 'error', { rule: 'licence/not-allowed' });
    expect(waiveCommand(finding, licence, now)).toBe(
      'lockgate waive licence/not-allowed:@acme/ui@2.0.0 --until 2026-12-25 --reason "why this is acceptable" --owner you@example.org',
    );
  });

  it('permit an age rule for no longer than it takes to pass, and never for more than the policy accepts', () => {
    const age = { ...licence, family: 'freshness' } as const;
    const soon = findingFor(component('vary', '1.0.0'), 'error', { passesAt: now + 3 * 86_400_000 });
    const late = findingFor(component('vary', '1.0.0'), 'error', { passesAt: now + 300 * 86_400_000 });
    expect(waiveCommand(soon, age, now)).toContain('--until 2026-11-28');
    expect(waiveCommand(late, age, now)).toContain('--until 2026-12-08');
  });

  it('offer no waiver for what nobody may waive', () => {
    expect(waiveCommand(findingFor(component('evil', '1.0.0'), 'error'), { ...licence, isAbsolute: true }, now)).toBeUndefined();
  });

  it('quote what a shell would read as more than a word', () => {
    expect(whyCommand(findingFor(component("$(reboot)'; ls", '1.0.0'), 'error'))).toBe(`lockgate why '$(reboot)'\\''; ls@1.0.0'`);
  });

  it('are not offered for names with hidden characters', () => {
    const hidden = findingFor(component('left\u202epad', '1.0.0'), 'error');
    expect(whyCommand(hidden)).toBeUndefined();
    expect(waiveCommand(hidden, licence, now)).toBeUndefined();
  });
});

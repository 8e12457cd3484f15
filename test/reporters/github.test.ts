import { describe, expect, it } from 'vitest';
import { github } from '../../src/reporters/github.ts';
import { hostile, reportWithEverything, tooNew } from './report.ts';

const plain = { isColoured: false, width: 0, isExpanded: true };

describe('the annotations for GitHub', () => {
  it('are one command for each finding, at its line', () => {
    expect(github.render(reportWithEverything, plain)).toMatchSnapshot();
  });

  it('never let the outside start a command of its own', () => {
    const lines = github
      .render({ ...reportWithEverything, findings: [hostile] }, plain)
      .trimEnd()
      .split('\n');
    for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) (file=[^:,]+,line=\d+,)?title=[^:,]+::/);
    expect(lines.filter((line) => line.includes('%250A::error::'))).toHaveLength(1);
  });

  it('are no more than GitHub shows, the verdict among them, and say how many are missing', () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ ...tooNew, fingerprint: `${index}` }));
    const lines = github
      .render({ ...reportWithEverything, findings: many, outcomes: [] }, plain)
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toMatch(/^::error title=lockgate%3A fail::FAIL/);
    expect(lines.at(-1)).toMatch(/32 errors more: see the full report/);
  });
});

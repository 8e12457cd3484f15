import { describe, expect, it } from 'vitest';
import { text } from '../../src/reporters/text.ts';
import { hostile, reportWithEverything, tooNew } from './report.ts';

const plain = { isColoured: false, width: 0, isExpanded: false };

describe('the text report', () => {
  it('says what is wrong, why, where, and what to do', () => {
    expect(text.render(reportWithEverything, plain)).toMatchSnapshot();
  });

  it('adds colour and nothing else', () => {
    const coloured = text.render(reportWithEverything, { ...plain, isColoured: true });
    expect(coloured.replaceAll(/\u001b\[[0-9;]+m/g, '')).toBe(text.render(reportWithEverything, plain));
  });

  it('lets no control character of the outside through', () => {
    expect(text.render({ ...reportWithEverything, findings: [hostile] }, plain)).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/,
    );
  });

  it('shows equal causes once with a count, and each with --all', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      ...tooNew,
      fingerprint: `${index}`,
      subject: { ...tooNew.subject, label: `pad-${index}@1.0.0` },
    }));
    const grouped = text.render({ ...reportWithEverything, findings: many }, plain);
    expect(grouped.match(/^error/gm)).toHaveLength(4);
    expect(grouped).toMatch(/27 more: pad-3@1\.0\.0.* and 15 others/);
    expect(text.render({ ...reportWithEverything, findings: many }, { ...plain, isExpanded: true }).match(/^error/gm)).toHaveLength(30);
  });
});

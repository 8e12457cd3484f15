import { assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { reporters } from '../../src/reporters/index.generated.ts';
import type { Reporter } from '../../src/reporters/reporter.ts';
import { reportWithEverything, tooNew } from './report.ts';

const plain = { isColoured: false, width: 0, isExpanded: true };
const verdicts = ['pass', 'fail', 'inconclusive'] as const;

/** Where a format says the verdict. */
const readVerdict: Readonly<Record<string, (text: string) => unknown>> = {
  text: (text) => /^(PASS|FAIL|INCONCLUSIVE) {2}/m.exec(text)?.[1]?.toLowerCase(),
  json: (text) => JSON.parse(text).verdict,
  sarif: (text) => JSON.parse(text).runs[0].properties.verdict,
  junit: (text) => /<property name="verdict" value="(\w+)"/.exec(text)?.[1],
  github: (text) => /^::\w+ title=lockgate%3A (\w+)::/m.exec(text)?.[1],
  'gitlab-codequality': (text) => /^[A-Z]+/.exec(JSON.parse(text)[0].description)?.[0].toLowerCase(),
  'gitlab-dependency-scanning': (text) => /^[A-Z]+/.exec(JSON.parse(text).scan.messages[0].value)?.[0].toLowerCase(),
  markdown: (text) => /^## .* Lockgate: ([A-Z]+)$/m.exec(text)?.[1]?.toLowerCase(),
  cyclonedx: (text) =>
    JSON.parse(text).metadata.component.properties.find(({ name }: { name: string }) => name === 'lockgate:verdict').value,
  html: (text) => /data-verdict="(\w+)"/.exec(text)?.[1] ?? /\b(PASS|FAIL|INCONCLUSIVE)\b/i.exec(text)?.[1]?.toLowerCase(),
};

function all(reporter: Reporter, reports: readonly Report[]): string {
  return reporter.renderAll?.(reports, plain) ?? reports.map((report) => reporter.render(report, plain)).join('\n');
}

describe.each(reporters.map((reporter) => [reporter.id, reporter] as const))('the format %s', (id, reporter) => {
  it('carries the verdict of the report, whatever the findings are', () => {
    const read = readVerdict[id];
    expect(read).toBeTypeOf('function');
    for (const verdict of verdicts) {
      for (const findings of [[], reportWithEverything.findings]) {
        expect(read?.(reporter.render({ ...reportWithEverything, verdict, findings }, plain))).toBe(verdict);
      }
    }
  });

  it('says what every reader must know: the notes of the run', () => {
    const note = 'OBSERVING: the exit code is 0 whatever was found';
    expect(reporter.render({ ...reportWithEverything, notes: [note] }, plain).replaceAll('%3A', ':')).toContain(note);
  });

  it('names who waived a finding and why', () => {
    const text = reporter.render(reportWithEverything, plain);
    expect(text).toMatch(id === 'cyclonedx' ? /waived warning/ : /our own fork, merged upstream soon/);
  });

  it('shows what could not be verified', () => {
    expect(reporter.render(reportWithEverything, plain)).toMatch(/registry-signature/);
  });

  it('lets no control or direction character of the outside through', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 60 }), constantFrom(...hostileTexts), (random, known) => {
        const text = reporter.render(withText(`${random}${known}`), plain);
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(text.isWellFormed()).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('is the same text for the same report', () => {
    expect(reporter.render(reportWithEverything, plain)).toBe(reporter.render(reportWithEverything, plain));
  });

  it('holds several lockfiles, with the worst verdict first where there is one for all', () => {
    const second: Report = {
      ...reportWithEverything,
      verdict: 'pass',
      findings: [],
      outcomes: [],
      origin: { ...reportWithEverything.origin, path: 'packages/app/yarn.lock' },
    };
    const text = all(reporter, [second, reportWithEverything]);
    expect(text).toContain('packages/app/yarn.lock');
    expect(text).toContain('install-scripts/new');
  });
});

const hostileTexts = ['\u001b[2J', '\r\n::error::x', '\u202e', '\u0000', ']]>', '<script>alert(1)</script>', '%0A', '\ud800'];

function withText(text: string): Report {
  return {
    ...reportWithEverything,
    notes: [text],
    project: { name: text, version: text },
    findings: [
      {
        ...tooNew,
        subject: { ...tooNew.subject, label: text, name: text, version: text },
        message: text,
        facts: [{ label: text, value: text, source: text }],
        counterFacts: [{ label: text, value: text, source: text }],
        help: [text],
        path: [text, text],
        levelReasons: [text],
      },
    ],
    outcomes: [
      {
        check: 'registry-signature',
        subject: text,
        result: 'inconclusive',
        reasons: [{ evidence: text, reason: text, detail: text, source: text }],
        isAccepted: false,
      },
    ],
  };
}

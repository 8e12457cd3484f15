import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { sarif } from '../../src/reporters/sarif.ts';
import { hostile, reportWithEverything, tooNew, waived } from './report.ts';

const plain = { isColoured: false, width: 0, isExpanded: true };

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string; readonly help?: { readonly text: string } }[] } };
    readonly automationDetails: { readonly id: string };
    readonly invocations: readonly {
      readonly executionSuccessful: boolean;
      readonly toolExecutionNotifications: readonly { readonly level: string; readonly message: { readonly text: string } }[];
    }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly [
        {
          readonly physicalLocation: {
            readonly artifactLocation: { readonly uri: string };
            readonly region: { readonly startLine: number };
          };
        },
      ];
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly suppressions?: readonly { readonly justification: string }[];
    }[];
  }[];
}

/** The published schema is of draft 4; all that tells it apart here is the name of its own id. */
const {
  id: _,
  $schema: __,
  ...schema
} = JSON.parse(readFileSync('node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json', 'utf8')) as Record<string, unknown>;
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

function read(text: string): Log {
  const log = JSON.parse(text) as Log;
  expect(validate(log) ? [] : validate.errors).toEqual([]);
  return log;
}

describe('the SARIF log', () => {
  it('is valid by the published schema, with nothing and with everything in it', () => {
    read(sarif.render(reportWithEverything, plain));
    read(sarif.render({ ...reportWithEverything, findings: [], outcomes: [], notes: [], verdict: 'pass' }, plain));
    expect(validate({ version: '2.1.0' })).toBe(false);
  });

  it('gives every result a rule, a place and a fingerprint that does not depend on the line', () => {
    const moved = { ...tooNew, locations: [{ file: 'package-lock.json', line: 9999 }] };
    const [here, there] = [tooNew, moved].map(
      (finding) => read(sarif.render({ ...reportWithEverything, findings: [finding] }, plain)).runs[0],
    );
    expect(here?.results[0]?.partialFingerprints).toEqual(there?.results[0]?.partialFingerprints);
    for (const result of read(sarif.render(reportWithEverything, plain)).runs[0]?.results ?? []) {
      expect(result.locations[0].physicalLocation.region.startLine).toBeGreaterThan(0);
      expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe('package-lock.json');
      expect(result.partialFingerprints['primaryLocationLineHash']).toMatch(/^[0-9a-f]{32}:1$/);
    }
  });

  it('explains its rules', () => {
    const rule = read(sarif.render(reportWithEverything, plain)).runs[0]?.tool.driver.rules.find(({ id }) => id === 'release-age/too-new');
    expect(rule?.help?.text).toMatch(/found within days.*hours mattered.*Wait/s);
  });

  it('shows what could not be verified as a result and as a failed execution', () => {
    const report = { ...reportWithEverything, findings: [], verdict: 'inconclusive' } as const;
    const run = read(sarif.render(report, plain)).runs[0];
    expect(run?.invocations[0]?.executionSuccessful).toBe(false);
    expect(run?.results).toMatchObject([{ ruleId: 'lockgate/inconclusive', level: 'error' }]);
    expect(run?.invocations[0]?.toolExecutionNotifications.some(({ level }) => level === 'error')).toBe(true);
    const sum = read(sarif.render({ ...report, outcomes: [] }, plain)).runs[0];
    expect(sum?.results).toMatchObject([{ ruleId: 'lockgate/inconclusive', level: 'error' }]);
  });

  it('keeps a waived finding and suppresses it with its reason', () => {
    const [result] = read(sarif.render({ ...reportWithEverything, findings: [waived], outcomes: [] }, plain)).runs[0]?.results ?? [];
    expect(result?.suppressions?.[0]?.justification).toMatch(/our own fork.*ada@shop\.example/);
  });

  it('makes no link and no placeholder of hostile text', () => {
    const message = '[click](javascript:alert(1)) {0} \\';
    const [result] = read(sarif.render({ ...reportWithEverything, findings: [{ ...hostile, message }] }, plain)).runs[0]?.results ?? [];
    expect(result?.message.text.split('\n')[0]).toBe('\\[click\\](javascript:alert(1)) {{0}} \\\\');
  });

  it('stays below what code scanning takes, cuts the least important and says so', () => {
    const notes = Array.from({ length: 6000 }, (__, index) => ({ ...tooNew, severity: 'note' as const, fingerprint: `n${index}` }));
    const run = read(sarif.render({ ...reportWithEverything, findings: [...notes, tooNew] }, plain)).runs[0];
    expect(run?.results).toHaveLength(5000);
    expect(run?.results.slice(0, 2).map(({ level }) => level)).toEqual(['error', 'error']);
    expect(run?.invocations[0]?.toolExecutionNotifications.at(-1)?.message.text).toBe('1002 results more are not in this file');
  });

  it('gives each lockfile a run under its own name, and at most 20 runs', () => {
    const reports = Array.from({ length: 30 }, (__, index) => ({
      ...reportWithEverything,
      origin: { ...reportWithEverything.origin, path: `packages/${index}/package-lock.json` },
    }));
    const few = read(sarif.renderAll?.(reports.slice(0, 3), plain) ?? '');
    expect(new Set(few.runs.map(({ automationDetails }) => automationDetails.id)).size).toBe(3);
    const many = read(sarif.renderAll?.(reports, plain) ?? '');
    expect(many.runs).toHaveLength(1);
    expect(many.runs[0]?.results.length).toBe(30 * 4);
  });
});

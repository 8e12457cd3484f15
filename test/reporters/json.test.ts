import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { json } from '../../src/reporters/json.ts';
import { reportWithEverything } from './report.ts';

const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync('schemas/report.schema.json', 'utf8')) as object,
);

describe('the JSON report', () => {
  it('has the shape of its published schema', () => {
    const document: unknown = JSON.parse(json.render(reportWithEverything, { isColoured: true, width: 80, isExpanded: false }));
    expect(validate(document) ? [] : validate.errors).toEqual([]);
  });

  it('carries the verdict of the report and nothing computed anew', () => {
    for (const verdict of ['pass', 'fail', 'inconclusive'] as const) {
      const document: { verdict: string } = JSON.parse(
        json.render({ ...reportWithEverything, verdict }, { isColoured: false, width: 0, isExpanded: false }),
      );
      expect(document.verdict).toBe(verdict);
    }
  });
});

import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { gitlabCodequality } from '../../src/reporters/gitlab-codequality.ts';
import { gitlabDependencyScanning } from '../../src/reporters/gitlab-dependency-scanning.ts';
import { reportWithEverything } from './report.ts';

const plain = { isColoured: false, width: 0, isExpanded: true };
const twice = [
  reportWithEverything,
  { ...reportWithEverything, origin: { ...reportWithEverything.origin, path: 'app/package-lock.json' } },
];
const ajv = new Ajv({ strict: true });

const text = { type: 'string', minLength: 1 };
const object = (properties: object): object => ({ type: 'object', required: Object.keys(properties), properties });

describe('the GitLab code quality report', () => {
  const issues = (reports = [reportWithEverything]): { severity: string; check_name: string; fingerprint: string; description: string }[] =>
    JSON.parse(gitlabCodequality.renderAll?.(reports, plain) ?? '');

  it('is a list of issues with all that GitLab asks for', () => {
    const issue = object({
      description: text,
      check_name: text,
      fingerprint: text,
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: object({ path: text, lines: object({ begin: { type: 'integer', minimum: 1 } }) }),
    });
    expect(ajv.validate({ type: 'array', items: issue }, issues(twice)) ? [] : ajv.errors).toEqual([]);
  });

  it('tells the same finding in two lockfiles apart', () => {
    const fingerprints = issues(twice).map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });

  it('blocks for the verdict and informs about what is waived', () => {
    expect(issues().map(({ check_name, severity }) => `${severity} ${check_name}`)).toEqual([
      'blocker lockgate/verdict',
      'critical release-age/too-new',
      'critical install-scripts/new',
      'info source/git-dependency',
      'critical lockgate/inconclusive',
    ]);
  });
});

describe('the GitLab dependency scanning report', () => {
  interface Document {
    readonly scan: { readonly status: string };
    readonly vulnerabilities: readonly { readonly id: string; readonly severity: string; readonly name: string }[];
    readonly dependency_files: readonly {
      readonly path: string;
      readonly package_manager: string;
      readonly dependencies: readonly unknown[];
    }[];
  }
  const document = (reports = [reportWithEverything]): Document => JSON.parse(gitlabDependencyScanning.renderAll?.(reports, plain) ?? '');

  it('has what version 15 of the schema requires', () => {
    const tool = object({ id: text, name: text, version: text, vendor: object({ name: text }) });
    const dependency = object({ package: object({ name: text }), version: text });
    const instant = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d$' };
    const schema = object({
      version: { type: 'string', pattern: '^15\\.' },
      scan: object({
        type: { const: 'dependency_scanning' },
        status: { enum: ['success', 'failure'] },
        start_time: instant,
        end_time: instant,
        analyzer: tool,
        scanner: tool,
        messages: { type: 'array', items: object({ level: { enum: ['info', 'warn', 'fatal'] }, value: text }) },
      }),
      vulnerabilities: {
        type: 'array',
        items: object({
          id: { type: 'string', pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' },
          name: { type: 'string', maxLength: 255 },
          description: text,
          severity: { enum: ['Info', 'Unknown', 'Low', 'Medium', 'High', 'Critical'] },
          identifiers: { type: 'array', minItems: 1, maxItems: 20, items: object({ type: text, name: text, value: text }) },
          location: object({ file: text, dependency }),
        }),
      },
      dependency_files: {
        type: 'array',
        items: object({ path: text, package_manager: text, dependencies: { type: 'array', items: dependency } }),
      },
    });
    expect(ajv.validate(schema, document(twice)) ? [] : ajv.errors).toEqual([]);
  });

  it('lists what the lockfile holds, under the package manager that wrote it', () => {
    expect(document().dependency_files).toMatchObject([{ path: 'package-lock.json', package_manager: 'npm', dependencies: { length: 3 } }]);
  });

  it('calls a scan that could not verify everything a failure', () => {
    expect(document().scan.status).toBe('success');
    expect(document([{ ...reportWithEverything, verdict: 'inconclusive' }]).scan.status).toBe('failure');
  });
});

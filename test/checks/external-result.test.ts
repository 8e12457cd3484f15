import { describe, expect, it } from 'vitest';
import { externalResult } from '../../src/checks/external-result.ts';
import type { DocumentSubject } from '../../src/model/check.ts';
import type { Evaluation } from '../../src/model/check.ts';
import type { FindingDraft } from '../../src/model/finding.ts';

type Sarif = NonNullable<DocumentSubject['sarif']>;

function judge(log: unknown, sarif: Sarif = {}): readonly FindingDraft[] {
  const after = typeof log === 'string' ? log : JSON.stringify(log);
  const subject: DocumentSubject = { kind: 'document', path: 'lint.sarif', after, isCompared: false, sarif };
  const evaluate = externalResult.evaluate as (input: unknown) => Evaluation;
  const answer = evaluate({ subject, known: {}, used: {}, options: {}, context: {} });
  if ('notApplicable' in answer) throw new Error(answer.notApplicable);
  return answer;
}

function log(results: readonly object[], over: object = {}): unknown {
  const rules = [{ id: 'shell-injection', defaultConfiguration: { level: 'error' } }];
  return { version: '2.1.0', runs: [{ tool: { driver: { name: 'semgrep', rules } }, results, ...over }] };
}

const at = (uri: string, startLine: number, endLine?: number): object => ({
  locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine, ...(endLine === undefined ? {} : { endLine }) } } }],
});
const injection = { ruleId: 'shell-injection', message: { text: 'a shell gets user input' }, ...at('src/run.js', 12) };

describe("another tool's log", () => {
  it('counts with its tool, rule, level and place', () => {
    expect(judge(log([injection]))).toMatchObject([
      {
        rule: 'external-result/error',
        message: 'semgrep: a shell gets user input (shell-injection)',
        locations: [
          { file: 'src/run.js', line: 12 },
          { file: 'lint.sarif', line: 1 },
        ],
      },
    ]);
  });

  it('takes the level of the result, then of its rule, then a warning', () => {
    const levels = (result: object): readonly string[] => judge(log([result])).map(({ rule }) => rule);
    expect(levels({ ...injection, level: 'note' })).toEqual(['external-result/note']);
    expect(levels({ ...injection, ruleId: 'other' })).toEqual(['external-result/warning']);
    expect(levels({ ...injection, level: 'blocker' })).toEqual(['external-result/error']);
    expect(levels({ ...injection, kind: 'review' })).toEqual(['external-result/note']);
    expect(levels({ ...injection, kind: 'pass' })).toEqual([]);
  });

  it('says how many results are suppressed or lie outside of the change', () => {
    const suppressed = { ...injection, suppressions: [{ kind: 'inSource' }] };
    const isInChange = (_: string, from: number, to: number): boolean => from <= 20 && 20 <= to;
    expect(
      judge(log([suppressed, injection, { ...injection, ...at('src/run.js', 15, 25) }]), { isInChange }).map(({ message }) => message),
    ).toEqual([
      'semgrep: a shell gets user input (shell-injection)',
      'semgrep: 1 result is suppressed in its log',
      'semgrep: 1 result is outside of the change',
    ]);
    expect(judge(log([{ ...injection, suppressions: [{ kind: 'external', status: 'rejected' }] }]))[0]?.rule).toBe('external-result/error');
  });

  it('keeps a result without a place, whatever the change is', () => {
    const { locations: _, ...placeless } = injection as typeof injection & { locations: unknown };
    for (const result of [placeless, { ...injection, ...at('/etc/passwd', 1) }, { ...injection, ...at('../x.js', 1) }])
      expect(judge(log([result]), { isInChange: () => false })).toMatchObject([
        { rule: 'external-result/error', locations: [{ file: 'lint.sarif' }] },
      ]);
  });

  it.each([
    ['no JSON', '{"version":'],
    ['another version', { version: '2.0.0', runs: [] }],
    ['no runs', { version: '2.1.0' }],
    ['a tool that did not finish', log([], { invocations: [{ executionSuccessful: false }] })],
    ['more results than anybody reads', log(Array.from({ length: 10_001 }, () => injection))],
  ])('proves nothing with %s', (_, text) => {
    expect(judge(text)).toMatchObject([{ rule: 'external-result/unreadable' }]);
  });

  it('survives any shape', () => {
    for (const odd of [
      { runs: [null, 3, { tool: null, results: [null, [], { message: 3, locations: {}, suppressions: 'x' }] }] },
      { runs: [{}] },
    ])
      expect(() => judge({ version: '2.1.0', ...odd })).not.toThrow();
  });
});

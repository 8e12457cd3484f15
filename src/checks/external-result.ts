import { type AnyCheck, defineCheck } from '../model/check.ts';
import type { Location } from '../model/component.ts';
import type { Fact, FindingDraft, Severity } from '../model/finding.ts';
import { inertLine } from '../model/inert.ts';

/** More results of one file are no report that anybody reads. */
const mostResults = 10_000;

/** What do other tools say, whose SARIF logs are given to this run. */
export const externalResult: AnyCheck = defineCheck({
  id: 'external-result',
  scope: 'document',
  needs: {},
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'external-result/error': {
      severity: 'error',
      summary: 'Another tool reports an error',
      why: 'Its result was merged into this run with --sarif-in, and counts like one of our own.',
      fix: 'Repair it, or suppress it in the tool that reports it.',
      family: 'policy',
    },
    'external-result/warning': {
      severity: 'warning',
      summary: 'Another tool reports a warning',
      why: 'Its result was merged into this run with --sarif-in.',
      fix: 'Repair it, or suppress it in the tool that reports it.',
      family: 'policy',
    },
    'external-result/note': {
      severity: 'note',
      summary: 'Another tool has a remark, or results that do not count here',
      why: 'Nothing that it said is dropped without a word.',
      fix: 'Nothing to do.',
      family: 'policy',
    },
    'external-result/unreadable': {
      severity: 'error',
      summary: 'A log of another tool cannot be read, or its tool did not finish',
      why: 'A tool that broke off has proven nothing, and an empty log would look like a clean one.',
      fix: 'Run the tool again.',
      family: 'policy',
    },
  },
  evaluate: ({ subject: { path, after = '', sarif } }) => {
    if (sarif === undefined) return { notApplicable: 'it is no log of another tool' };
    const runs = runsIn(after);
    if (runs === undefined) return [unreadable(path, 'it is no SARIF 2.1.0 log')];
    if (runs.reduce((sum, run) => sum + listIn(run, 'results').length, 0) > mostResults)
      return [unreadable(path, `it holds more than ${mostResults} results`)];
    const { isInChange = () => true } = sarif;
    return runs.flatMap((run) => judgeRun(run, path, isInChange));
  },
});

type Json = Readonly<Record<string, unknown>>;

function judgeRun(run: Json, path: string, isInChange: (file: string, from: number, to: number) => boolean): readonly FindingDraft[] {
  const driver = objectIn(objectIn(run, 'tool'), 'driver');
  const tool = inertLine(textIn(driver, 'name') ?? 'an unnamed tool', 100);
  const levels = new Map(
    listIn(driver, 'rules').map((rule) => [textIn(rule, 'id'), textIn(objectIn(rule, 'defaultConfiguration'), 'level')] as const),
  );
  const drafts: FindingDraft[] = [];
  let [suppressed, outside] = [0, 0];
  for (const [index, result] of listIn(run, 'results').entries()) {
    const level = levelOf(result, levels);
    if (level === undefined) continue;
    const place = placeOf(result);
    if (isSuppressed(result)) suppressed += 1;
    else if (place !== undefined && !isInChange(place.location.file, place.location.line, place.endLine)) outside += 1;
    else drafts.push(draftOf(result, { tool, level, path, index, location: place?.location }));
  }
  const note = (count: number, what: string): readonly FindingDraft[] =>
    count === 0
      ? []
      : [
          {
            rule: 'external-result/note',
            key: `${tool} ${what}`,
            message: `${tool}: ${count} ${count === 1 ? 'result is' : 'results are'} ${what}`,
            locations: [{ file: path, line: 1 }],
          },
        ];
  const isBroken = listIn(run, 'invocations').some((invocation) => invocation['executionSuccessful'] === false);
  return [
    ...(isBroken ? [unreadable(path, `${tool} says that it did not finish`)] : []),
    ...drafts,
    ...note(suppressed, 'suppressed in its log'),
    ...note(outside, 'outside of the change'),
  ];
}

interface ResultContext {
  readonly tool: string;
  readonly level: Severity;
  readonly path: string;
  readonly index: number;
  readonly location: Location | undefined;
}

function draftOf(result: Json, { tool, level, path, index, location }: ResultContext): FindingDraft {
  const rule = textIn(result, 'ruleId') ?? textIn(objectIn(result, 'rule'), 'id') ?? 'unnamed';
  const message = textIn(objectIn(result, 'message'), 'text') ?? 'no message';
  const facts: readonly Fact[] = [
    { label: 'tool', value: tool, source: path },
    { label: 'rule', value: rule, source: path },
  ];
  return {
    rule: `external-result/${level}`,
    key: JSON.stringify([tool, rule, fingerprintOf(result) ?? [location?.file, message, index]]),
    message: `${tool}: ${inertLine(message, 400)} (${inertLine(rule, 100)})`,
    facts,
    help: [`it is for ${tool} to say how to repair it`],
    locations: [...(location === undefined ? [] : [location]), { file: path, line: 1 }],
  };
}

/** SARIF 2.1.0, 3.27.10: the result's own level, else its rule's, else a warning. Undefined where nothing is wrong. */
function levelOf(result: Json, levels: ReadonlyMap<string | undefined, string | undefined>): Severity | undefined {
  const kind = textIn(result, 'kind') ?? 'fail';
  if (kind === 'pass' || kind === 'notApplicable' || kind === 'informational') return undefined;
  if (kind !== 'fail') return 'note';
  const level = textIn(result, 'level') ?? levels.get(textIn(result, 'ruleId')) ?? 'warning';
  if (level === 'none') return undefined;
  return level === 'warning' || level === 'note' ? level : 'error';
}

/** 3.35: a suppression counts unless it was rejected or is still under review. */
function isSuppressed(result: Json): boolean {
  return listIn(result, 'suppressions').some((suppression) => ['accepted', undefined].includes(textIn(suppression, 'status')));
}

function placeOf(result: Json): { readonly location: Location; readonly endLine: number } | undefined {
  const physical = objectIn(listIn(result, 'locations')[0] ?? {}, 'physicalLocation');
  const file = relativePath(textIn(objectIn(physical, 'artifactLocation'), 'uri'));
  if (file === undefined) return undefined;
  const region = objectIn(physical, 'region');
  const line = lineIn(region, 'startLine') ?? 1;
  return { location: { file, line }, endLine: Math.max(line, lineIn(region, 'endLine') ?? line) };
}

/** A path inside the project; what is absolute or leaves it is no place here. */
function relativePath(uri: string | undefined): string | undefined {
  if (uri === undefined || uri.length > 4096 || /^(?:[a-z][a-z0-9+.-]*:|\/|\\)/i.test(uri)) return undefined;
  const path = decoded(uri).replace(/^(?:\.\/)+/, '');
  return path === '' || path.split('/').includes('..') ? undefined : path;
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch (error) {
    if (error instanceof URIError) return uri; // not percent-encoded: the tool wrote a plain path
    throw error;
  }
}

function fingerprintOf(result: Json): unknown {
  const [first] = Object.entries(objectIn(result, 'partialFingerprints')).sort(([a], [b]) => (a < b ? -1 : 1));
  return first;
}

function unreadable(path: string, why: string): FindingDraft {
  return { rule: 'external-result/unreadable', key: why, message: `${path} proves nothing: ${why}`, locations: [{ file: path, line: 1 }] };
}

function runsIn(text: string): readonly Json[] | undefined {
  const log = parsed(text);
  return log !== undefined && log['version'] === '2.1.0' && Array.isArray(log['runs']) ? listIn(log, 'runs') : undefined;
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return isJson(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectIn(object: Json, key: string): Json {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return isJson(value) ? value : {};
}

function listIn(object: Json, key: string): readonly Json[] {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function textIn(object: Json, key: string): string | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function lineIn(object: Json, key: string): number | undefined {
  const value = object[key];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : undefined;
}

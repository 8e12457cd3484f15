import type { LicenceVerdict, PlacedTerm } from '../../../src/licences/evaluate.ts';
import { evaluateText } from '../../../src/licences/evaluate.ts';
import { formatExpression, parseExpression } from '../../../src/licences/expression.ts';
import type { LicenceLists } from '../../../src/licences/policy.ts';
import { readLicencePolicy } from '../../../src/licences/policy.ts';
import { formatTerm } from '../../../src/licences/term.ts';
import type { Bar } from './bar.ts';
import { shareBar, zeroBar } from './bar.ts';

interface Item {
  readonly id: string;
  readonly expression?: string | null;
  readonly generate?: {
    readonly repeat?: string;
    readonly times?: number;
    readonly join?: string;
    readonly prefix?: string;
    readonly prefixTimes?: number;
    readonly body?: string;
    readonly suffix?: string;
    readonly suffixTimes?: number;
  };
  readonly allow: readonly string[] | null;
  readonly deny?: readonly string[];
  readonly options?: { readonly exceptions?: 'explicit' | 'base-implies' };
  readonly expect: {
    readonly verdict: readonly [string, ...string[]];
    readonly canonical?: string;
    readonly chosen?: readonly string[];
    readonly missing?: readonly string[];
    readonly problem?: string;
  };
}

const slowest = 100;

/** Verdicts and what is said with them, time, and exceptions. */
export function scoreExpressions(items: unknown): readonly Bar[] {
  const all = items as readonly Item[]; // the corpus' own shape
  const verdicts: string[] = [];
  const details: string[] = [];
  const slow: string[] = [];
  const thrown: string[] = [];
  evaluateText('MIT', { deny: { keys: new Set(), categories: new Set(), exceptions: 'explicit' } });
  for (const item of all) {
    const text = textOf(item);
    // Processor time: what else the machine does is no fault of the reader.
    const startedAt = process.cpuUsage();
    try {
      const result = judge(item, text);
      const used = process.cpuUsage(startedAt);
      const took = (used.user + used.system) / 1000;
      if (took > slowest) slow.push(`${item.id}: ${took.toFixed(0)} ms`);
      if (!item.expect.verdict.includes(result.verdict))
        verdicts.push(`${item.id}: expected ${item.expect.verdict.join(' or ')}, was ${result.verdict}`);
      else if (result.verdict === item.expect.verdict[0]) details.push(...detailMisses(item, result));
    } catch (error) {
      thrown.push(`${item.id}: ${String(error)}`);
    }
  }
  return [
    shareBar('expressions: verdicts', all.length, verdicts, 1),
    zeroBar('expressions: canonical, chosen, missing, problem wrong', all.length, details),
    zeroBar('expressions: exceptions thrown', all.length, thrown),
    zeroBar(`expressions: over ${slowest} ms`, all.length, slow),
  ];
}

type Judged = LicenceVerdict | { readonly verdict: 'config-error' };

function judge(item: Item, text: string | null | undefined): Judged {
  const lists: LicenceLists = {
    allow: item.allow,
    ...(item.deny === undefined ? {} : { deny: item.deny }),
    ...(item.options?.exceptions === undefined ? {} : { exceptions: item.options.exceptions }),
  };
  const policy = readLicencePolicy(lists);
  return policy.ok ? evaluateText(text, policy.policy) : { verdict: 'config-error' };
}

function textOf({ expression, generate }: Item): string | null | undefined {
  if (generate === undefined) return expression;
  const { repeat } = generate;
  if (repeat !== undefined) return Array.from({ length: generate.times ?? 1 }, () => repeat).join(generate.join ?? '');
  return `${(generate.prefix ?? '').repeat(generate.prefixTimes ?? 1)}${generate.body ?? ''}${(generate.suffix ?? '').repeat(generate.suffixTimes ?? 1)}`;
}

function detailMisses(item: Item, result: Judged): readonly string[] {
  const { canonical, chosen, missing, problem } = item.expect;
  const text = textOf(item) ?? '';
  const parsed = parseExpression(text);
  return [
    ...(canonical === undefined ? [] : differences(item.id, 'canonical', canonical, parsed.ok ? formatExpression(parsed.expression) : '')),
    ...(chosen === undefined
      ? []
      : differences(item.id, 'chosen', chosen.join(', '), result.verdict === 'allow' ? names(result.chosen) : '')),
    ...(missing === undefined
      ? []
      : differences(item.id, 'missing', missing.join(', '), result.verdict === 'deny' ? names(result.missing) : '')),
    ...(problem === undefined ? [] : differences(item.id, 'problem', problem, 'problem' in result ? result.problem : '')),
  ];
}

function names(terms: readonly PlacedTerm[]): string {
  return terms.map(({ term }) => formatTerm(term)).join(', ');
}

function differences(id: string, what: string, expected: string, actual: string): readonly string[] {
  return expected === actual ? [] : [`${id}: ${what} should be ${expected}, was ${actual}`];
}

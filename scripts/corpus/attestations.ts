import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as bundles from './attestations/bundles.ts';
import * as conformance from './attestations/conformance.ts';
import type { CaseOutcome, CaseSource } from './attestations/case.ts';
import * as npmResponses from './attestations/npm-responses.ts';
import * as registrySignatures from './attestations/registry-signatures.ts';
import * as selfMade from './attestations/self-made.ts';
import type { PartOptions, PartResult } from './part.ts';

/** How the cases of one folder are run: one case may come to several outcomes. */
type RunCase = (source: CaseSource) => Promise<readonly CaseOutcome[]>;

const groups: readonly { readonly folder: string; readonly runCase: RunCase }[] = [
  { folder: 'npm', runCase: npmResponses.runCase },
  { folder: 'bundles', runCase: bundles.runCase },
  { folder: 'conformance', runCase: conformance.runCase },
  { folder: 'selfmade', runCase: selfMade.runCase },
];
/** No refusal may take longer, whatever the input. */
const slowestAllowed = 1_000;

/** Runs every labelled case through the library and compares verdict and layer with the label. */
export async function run({ directory }: PartOptions): Promise<PartResult> {
  const root = join(directory, 'attestations');
  const outcomes: CaseOutcome[] = [];
  for (const { folder, runCase } of groups) {
    for (const name of casesIn(join(root, folder))) {
      const startedAt = performance.now();
      const results = await runCase(caseSource(root, join(root, folder, name), `${folder}/${name}`));
      const took = performance.now() - startedAt;
      outcomes.push(...results.map((result) => (took > slowestAllowed ? tooSlow(result, took) : result)));
    }
  }
  outcomes.push(...registrySignatures.runAll(root));
  const failed = outcomes.filter(({ isAsLabelled }) => !isAsLabelled);
  return {
    name: 'attestations',
    passed: outcomes.length - failed.length,
    failed: failed.length,
    lines: [...tally(outcomes), ...failed.map(({ label, expected, actual }) => `  ${label}: expected ${expected}, was ${actual}`)],
    details: outcomes,
  };
}

function tally(outcomes: readonly CaseOutcome[]): readonly string[] {
  const names = new Set(outcomes.map(groupOf));
  return [...names].map((group) => {
    const own = outcomes.filter((outcome) => groupOf(outcome) === group);
    return `  ${group}: ${own.filter(({ isAsLabelled }) => isAsLabelled).length}/${own.length}`;
  });
}

function groupOf({ label }: CaseOutcome): string {
  return label.slice(0, label.indexOf('/'));
}

function tooSlow(outcome: CaseOutcome, took: number): CaseOutcome {
  return { ...outcome, isAsLabelled: false, actual: `${outcome.actual} after ${Math.round(took)} ms` };
}

function casesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'SOURCE.json')))
    .sort();
}

function caseSource(root: string, folder: string, label: string): CaseSource {
  const source = JSON.parse(readFileSync(join(folder, 'SOURCE.json'), 'utf8')) as CaseSource['source']; // the corpus is ours
  return { root, folder, label, source };
}

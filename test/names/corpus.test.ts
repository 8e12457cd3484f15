import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { typosquat } from '../../src/checks/typosquat.ts';
import { openPopularNames } from '../../src/names/popular-names.ts';
import { type Cases, readCases } from '../../scripts/corpus/names/cases.ts';
import { run as runCorpus } from '../../scripts/corpus/names.ts';
import { now, run } from '../checks/check-tester.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, release } from '../support/packument.ts';

const directory = '../shared/corpus';
const isPresent = existsSync(`${directory}/names/malicious.tsv`);
const day = 86_400_000;
const list = openPopularNames((path) => readFileSync(`allowlists/${path}`));

describe.skipIf(!isPresent)(`labelled names${isPresent ? '' : ' (skipped: no corpus of names beside the repository)'}`, () => {
  const cases: Cases = isPresent ? readCases(`${directory}/names`) : { imitations: [], honest: [] };

  it('meet the bars for recall and false alarms by name alone', { timeout: 120_000 }, async () => {
    const { lines } = await runCorpus({ directory });
    // Time is measured by the script alone, where nothing else runs.
    expect(lines.filter((line) => line.includes('MISSED') && !line.includes('CPU'))).toEqual([]);
    expect(lines.filter((line) => line.includes('met'))).not.toEqual([]);
  });

  it('are blocked for an added word when they are new and have one version: seven of ten', () => {
    const combosquats = cases.imitations.filter((imitation) => imitation.class === 'combosquat');
    expect(shareBlocked(combosquats, 3 * day, 1)).toBeGreaterThanOrEqual(0.7);
  });

  it('are blocked in less than one of fifty when analysts found them honest and they have a history', () => {
    const reviewed = cases.honest.filter((honest) => honest.set === 'hard-reviewed');
    expect(shareBlocked(reviewed, 700 * day, 9)).toBeLessThanOrEqual(0.02);
  });
});

function shareBlocked(names: readonly { readonly name: string }[], age: number, versionCount: number): number {
  const versions = Array.from({ length: versionCount }, (_, index) => release(`1.0.${index}`));
  const blocked = names.filter(({ name }) => {
    const { tier, downloads, relations } = list.assess(name);
    const popularity = { tier, relations, conflation: [], measuredAt: now, ...(downloads === undefined ? {} : { downloads }) };
    const judgement = run(typosquat, {
      component: component(name, '1.0.0'),
      evidence: { popularity, packument: packumentOf(name, versions, { createdAt: now - age }) },
    });
    return judgement.result === 'fail' && judgement.drafts[0].rule === 'typosquat/imitates';
  });
  return blocked.length / names.length;
}

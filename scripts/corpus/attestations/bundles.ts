import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { milliseconds } from '../../../src/model/units.ts';
import { parseBundle } from '../../../src/provenance/bundle-shape.ts';
import { judge } from '../../../src/provenance/verdict.ts';
import { type CaseOutcome, type CaseSource, outcomeOf, verifierOf } from './case.ts';

/** A single bundle: its cryptography only. */
export async function runCase(source: CaseSource): Promise<readonly CaseOutcome[]> {
  const verifier = await verifierOf(source);
  if ('verdict' in verifier) return [outcomeOf(source.label, source.source, verifier)];
  const bundle = judge(() => parseBundle(readFileSync(join(source.folder, 'bundle.json'), 'utf8')));
  const result = bundle.verdict === 'refused' ? bundle : verifier.verify({ bundle: bundle.value, now: milliseconds(Date.now()) });
  return [outcomeOf(source.label, source.source, result)];
}

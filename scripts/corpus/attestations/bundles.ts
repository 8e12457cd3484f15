import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { milliseconds } from '../../../src/model/units.ts';
import { type CaseOutcome, type CaseSource, outcomeOf, verifierOf } from './case.ts';

/** A single bundle: its cryptography only. */
export async function runCase(source: CaseSource): Promise<readonly CaseOutcome[]> {
  const verifier = await verifierOf(source);
  if ('verdict' in verifier) return [outcomeOf(source.label, source.source, verifier)];
  const bundle: unknown = JSON.parse(readFileSync(join(source.folder, 'bundle.json'), 'utf8'));
  return [outcomeOf(source.label, source.source, verifier.verify({ bundle, now: milliseconds(Date.now()) }))];
}

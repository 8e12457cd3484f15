import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseIntegrity } from '../../../src/model/integrity.ts';
import { readRegistryKeys } from '../../../src/provenance/registry-keys.ts';
import { type RegistrySignature, verifyRegistrySignature } from '../../../src/provenance/registry-signature.ts';
import { milliseconds } from '../../../src/model/units.ts';
import type { CaseOutcome } from './case.ts';

interface Signed {
  readonly name: string;
  readonly versions: readonly { readonly version: string; readonly integrity: string; readonly signatures: readonly RegistrySignature[] }[];
}

/** Every signature of every listed version must verify; the files carry no times, so the key's own time is used. */
export function runAll(root: string): readonly CaseOutcome[] {
  const folder = join(root, 'registry-signatures');
  if (!existsSync(folder)) return [];
  const keys = readRegistryKeys(readFileSync(join(root, 'trust', 'npm-keys.tuf-target.json'), 'utf8'));
  const files = readdirSync(folder).filter((name) => name.endsWith('.json') && !name.endsWith('.SOURCE.json'));
  return files.sort().flatMap((file) => {
    const { name, versions } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Signed; // the corpus is ours
    return versions.flatMap(({ version, integrity, signatures }) =>
      signatures.map((signature): CaseOutcome => {
        const time = keys.find(({ keyid }) => keyid === signature.keyid)?.validity.start ?? milliseconds(0);
        const result = verifyRegistrySignature({
          name,
          version,
          integrity: parseIntegrity(integrity) ?? [{ algorithm: 'sha512', digest: '' }],
          signatures: [signature],
          keys,
          signedAt: { time, source: 'packument' },
        });
        const actual = result.verdict === 'accepted' ? 'accepted' : `refused: ${result.refusal.detail}`;
        return {
          label: `registry-signatures/${name}@${version}`,
          isAsLabelled: result.verdict === 'accepted',
          expected: 'accepted',
          actual,
        };
      }),
    );
  });
}

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const client = fileURLToPath(new URL('client', import.meta.url));
const cases = fileURLToPath(new URL('../../../shared/corpus/attestations/conformance', import.meta.url));
const isBuilt = ['dist', '.tools/src'].some((folder) =>
  existsSync(new URL(`../../${folder}/commands/verify-artifact.js`, import.meta.url)),
);

describe.skipIf(!existsSync(cases) || !isBuilt)(
  'the conformance client (skipped without a build, or without the corpus beside this repository)',
  () => {
    const isAccepted: Readonly<Record<string, boolean>> = {
      'happy-path-v0.3': true,
      'rekor2-dsse-happy-path': true,
      'managed-key-happy-path': true,
      'signature-mismatch_fail': false,
      'trust-root-tlog-missing-validity-start_fail': false,
    };

    for (const [name, expected] of Object.entries(isAccepted)) {
      it(`${expected ? 'accepts' : 'refuses'} ${name}, by path and by digest`, () => {
        const artifact = `${cases}/a.txt`;
        const digest = `sha256:${createHash('sha256').update(readFileSync(artifact)).digest('hex')}`;
        for (const given of [artifact, digest]) expect(run(name, given) === 0).toBe(expected);
      });
    }
  },
);

function run(name: string, artifact: string): number {
  const folder = `${cases}/${name}`;
  const [identity = '', issuer = ''] = readFileSync(`${cases}/defaults.tsv`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t')[1] ?? '');
  const signer = existsSync(`${folder}/key.pub`)
    ? ['--key', `${folder}/key.pub`]
    : ['--certificate-identity', identity, '--certificate-oidc-issuer', issuer];
  const root = existsSync(`${folder}/trusted_root.json`) ? ['--trusted-root', `${folder}/trusted_root.json`] : [];
  const args = ['verify-bundle', '--bundle', `${folder}/bundle.sigstore.json`, ...signer, ...root, artifact];
  try {
    execFileSync(process.execPath, [client, ...args], { stdio: 'ignore' });
    return 0;
  } catch (error) {
    return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : -1;
  }
}

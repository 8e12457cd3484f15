/**
 * Builds allowlists/registries/public-trust.json from the seeds of the npm package @sigstore/tuf: the public Sigstore
 * trusted root and the public registry's keys. Run from the repository root after an update of that package:
 * `npm run -s tools && node .tools/scripts/build-public-trust.js YYYY-MM-DD`, with the day on which both were current.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { readRegistryKeys } from '../src/provenance/registry-keys.ts';
import { readTrustRoot } from '../src/provenance/trust-root.ts';

const path = 'allowlists/registries/public-trust.json';
const [date] = process.argv.slice(2);
if (date === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(date)) throw new Error('name the day on which the seeds were current: YYYY-MM-DD');

const require = createRequire(import.meta.url);
const seeds = Object.values(readJson(require.resolve('@sigstore/tuf/seeds.json')) as Record<string, Seed>); // shape of the package's own file
const packageFile = readJson(require.resolve('@sigstore/tuf/package.json')) as { readonly version: string };
const trustedRoot = target((name) => name === 'trusted_root.json');
const registryKeys = target((name) => name.endsWith('/keys.json'));
readTrustRoot(trustedRoot);
readRegistryKeys(registryKeys);
const content = {
  description: 'What is believed without a network: the public Sigstore trusted root and the keys of the public npm registry.',
  source: `TUF targets in the seeds of @sigstore/tuf ${packageFile.version}`,
  licence: 'Apache-2.0',
  date,
  trustedRoot: JSON.parse(trustedRoot) as unknown,
  registryKeys: JSON.parse(registryKeys) as unknown,
};
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, `${JSON.stringify(content, null, 1)}\n`);

interface Seed {
  readonly targets: Readonly<Record<string, string>>;
}

function target(isWanted: (name: string) => boolean): string {
  const found = seeds.flatMap(({ targets }) => Object.entries(targets)).find(([name]) => isWanted(decodeURIComponent(name)));
  if (found === undefined) throw new Error('the seeds have no such target');
  return Buffer.from(found[1], 'base64').toString('utf8');
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

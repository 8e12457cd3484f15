import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';

/**
 * Judges `fixtures/demo` against the configured registry and writes its SBOM, as a user would. The lockfile holds planted
 * faults, so the gate must refuse it: exit code 1. Anything else makes the demo fail.
 */
const sbomFile = 'demo-sbom.cdx.json';

const verdict = lockgate('check', 'fixtures/demo');
if (verdict !== 1) fail(`the gate answered ${verdict}; 1 was expected: the lockfile holds planted faults`);

rmSync(sbomFile, { force: true });
const written = lockgate('sbom', 'fixtures/demo', '-o', sbomFile);
const document: unknown = written === 0 ? JSON.parse(readFileSync(sbomFile, 'utf8')) : undefined;
if (typeof document !== 'object' || document === null || !('components' in document)) fail('no SBOM was written');

console.log('\nThe gate refused the demo lockfile (exit code 1), as it must. See fixtures/demo/README.md for the planted faults.');

function lockgate(...args: readonly string[]): number | null {
  console.log(`\n$ lockgate ${args.join(' ')}\n`);
  return spawnSync(process.execPath, ['bin/lockgate.js', ...args], { stdio: 'inherit' }).status;
}

function fail(message: string): never {
  console.error(`demo failed: ${message}`);
  process.exit(1);
}

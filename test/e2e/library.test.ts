import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validateCycloneDX } from '../../src/sbom/validate.ts';
import { startRegistry } from '../loopback-registry/registry.ts';
import { type BuiltRelease, release } from '../loopback-registry/release.ts';
import { packageLock, project } from './lockgate.ts';

const repository = 'https://git.example/acme/tools.git';
const leftPad = release({ name: 'left-pad', version: '1.3.0', repository });
const squat = release({ name: 'expresss', version: '1.0.0', publishedAt: new Date().toISOString() });

/** Runs the example in a project that has Lockgate installed, as its README says. */
async function judge(
  releases: readonly BuiltRelease[],
): Promise<{ readonly code: number | null; readonly stdout: string; readonly sbom: string }> {
  const registry = await startRegistry(releases);
  const cwd = project(packageLock(releases));
  mkdirSync(join(cwd, 'node_modules'));
  symlinkSync(resolve('.'), join(cwd, 'node_modules', 'lockgate'));
  copyFileSync('examples/library/judge.mjs', join(cwd, 'judge.mjs'));
  try {
    const env = { PATH: process.env['PATH'] ?? '', HOME: mkdtempSync(join(tmpdir(), 'lockgate-home-')), npm_config_registry: registry.url };
    const child = spawn(process.execPath, ['judge.mjs', 'package-lock.json'], { cwd, env });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    const code = await new Promise<number | null>((done) => child.on('close', done));
    return { code, stdout, sbom: readFileSync(join(cwd, 'bom.json'), 'utf8') };
  } finally {
    await registry.close();
  }
}

describe('the library example', { timeout: 60_000 }, () => {
  it('passes an honest project and writes a valid SBOM', async () => {
    const { code, stdout, sbom } = await judge([leftPad]);
    expect(stdout).toMatch(/^PASS {2}package-lock\.json/m);
    expect(code).toBe(0);
    expect(validateCycloneDX(sbom)).toEqual([]);
  });

  it('refuses a typosquat', async () => {
    const { code, stdout } = await judge([leftPad, squat]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^typosquat\/imitates\texpresss@1\.0\.0\tdid you mean express\?/m);
  });
});

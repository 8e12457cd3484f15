import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { writeSingleFile } from '../../scripts/bundle/single-file.ts';
import { lockfileFileNames } from '../../src/commands/lockfiles.ts';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { packTarball } from '../loopback-registry/tarball.ts';
import { type Scratch, runGit, scratchRepository } from '../platform/git-repository.ts';
import { packageLock } from './lockgate.ts';

/** The ways into CI systems, run as far as no host is needed: their shell, in a clone of a scratch repository. */
const old = { publishedAt: '2021-01-01T00:00:00.000Z', repository: 'https://git.example/acme/tools.git' };
const leftPad = release({ name: 'left-pad', version: '1.3.0', ...old });
const squat = release({ name: 'expresss', version: '1.0.0', publishedAt: new Date().toISOString() });

const folder = mkdtempSync(join(tmpdir(), 'lockgate-action-'));
const tarball = join(folder, 'lockgate.tgz');
let integrity: string;
let registry: LoopbackRegistry;
let origin: Scratch;

beforeAll(async () => {
  await writeSingleFile(folder);
  const packed = packTarball([
    { path: 'package/package.json', content: '{"name":"lockgate"}' },
    { path: 'package/dist/lockgate.mjs', content: readFileSync(join(folder, 'lockgate.mjs')) },
  ]);
  writeFileSync(tarball, packed);
  integrity = `sha512-${createHash('sha512').update(packed).digest('base64')}`;
  registry = await startRegistry([leftPad, squat]);
  origin = scratchRepository();
  for (const [path, text] of Object.entries(packageLock([leftPad]))) origin.write(path, text);
  origin.commit();
  origin.git('checkout', '-q', '-b', 'work');
  for (const [path, text] of Object.entries(packageLock([leftPad, squat]))) origin.write(path, text);
  origin.commit();
}, 180_000);
afterAll(() => registry.close());

/** A clone as a CI system makes it: the branch is checked out, the target is a branch of the remote. */
function clone(branch: string): string {
  const place = join(mkdtempSync(join(tmpdir(), 'lockgate-clone-')), 'shop');
  runGit(tmpdir(), ['clone', '-q', '--branch', branch, `file://${origin.root}`, place]);
  return place;
}

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
}

function shell(program: string, script: string, cwd: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  return new Promise((done, fail) => {
    const home = mkdtempSync(join(tmpdir(), 'lockgate-home-'));
    const child = spawn(program, ['-c', script], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: home, NO_COLOR: '1', npm_config_registry: registry.url, ...env },
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout }));
  });
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: {
    readonly steps: readonly {
      readonly id: string;
      readonly shell: string;
      readonly run: string;
      readonly env: Readonly<Record<string, string>>;
    }[];
  };
}

/** Runs the steps of `action.yml` one after the other, with inputs and outputs as the runner would give them. */
async function runAction(
  inputs: Readonly<Record<string, string>>,
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran & { readonly summary: string; readonly outputs: ReadonlyMap<string, string> }> {
  const action = parse(readFileSync('action.yml', 'utf8')) as Action;
  const temp = mkdtempSync(join(tmpdir(), 'lockgate-runner-'));
  const values = new Map(Object.entries(action.inputs).map(([name, input]) => [`inputs.${name}`, inputs[name] ?? input.default]));
  const outputs = new Map<string, string>();
  let stdout = '';
  for (const step of action.runs.steps) {
    const given = Object.fromEntries(
      Object.entries(step.env).map(([name, text]) => [name, text.replace(/^\$\{\{ (.+) }}$/, (_, key: string) => values.get(key) ?? '')]),
    );
    const files = { GITHUB_OUTPUT: join(temp, `${step.id}.out`), GITHUB_STEP_SUMMARY: join(temp, 'summary.md'), RUNNER_TEMP: temp };
    const ran = await shell(step.shell, step.run, cwd, { ...given, ...files, ...env });
    stdout += ran.stdout;
    for (const line of read(files.GITHUB_OUTPUT).split('\n').filter(Boolean)) {
      const [name = '', value = ''] = line.split(/=(.*)/s);
      outputs.set(name, value);
      values.set(`steps.${step.id}.outputs.${name}`, value);
    }
    if (ran.code !== 0) return { code: ran.code, stdout, summary: read(files.GITHUB_STEP_SUMMARY), outputs };
  }
  return { code: 0, stdout, summary: read(join(temp, 'summary.md')), outputs };
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

describe('the GitHub action', { timeout: 120_000 }, () => {
  it('refuses the pull request that brings a typosquat: annotations, summary, SARIF, outputs', async () => {
    const ran = await runAction({ tarball, integrity }, clone('work'), { GITHUB_BASE_REF: 'main' });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/^::error title=lockgate%3A fail::FAIL package-lock\.json/m);
    expect(ran.stdout).toMatch(/^::error file=package-lock\.json,line=\d+,title=typosquat\/imitates::/m);
    expect(ran.summary).toMatch(/## ❌ Lockgate: FAIL[\s\S]*typosquat\/imitates/);
    expect(ran.outputs.get('verdict')).toBe('fail');
    expect(JSON.parse(readFileSync(ran.outputs.get('sarif') ?? '', 'utf8'))).toMatchObject({ version: '2.1.0' });
  });

  it('passes main, and observes without failing the job', async () => {
    const passed = await runAction({ tarball, integrity }, clone('main'));
    expect(passed.stdout).toMatch(/^::notice title=lockgate%3A pass::PASS/m);
    expect(passed).toMatchObject({ code: 0 });
    const observed = await runAction({ tarball, integrity, observe: 'true' }, clone('work'), { GITHUB_BASE_REF: 'main' });
    expect(observed.code).toBe(0);
    expect(observed.outputs.get('verdict')).toBe('fail');
  });

  it('runs nothing that is not the pinned package, and nothing that is not pinned', async () => {
    const other = await runAction({ tarball, integrity: `sha512-${Buffer.alloc(64).toString('base64')}` }, clone('main'));
    expect(other).toMatchObject({ code: 2 });
    expect(other.stdout).toMatch(/not the package that was pinned/);
    expect((await runAction({ tarball }, clone('main'))).stdout).toMatch(/name the integrity/);
  });

  it('takes an input for a text and never for a command', async () => {
    const mark = join(folder, 'mark');
    const ran = await runAction({ tarball, integrity, path: `$(touch ${mark})`, base: '"; touch mark; "' }, clone('main'));
    expect(ran.code).toBe(2);
    expect(existsSync(mark)).toBe(false);
    const { runs } = parse(readFileSync('action.yml', 'utf8')) as Action;
    for (const { run } of runs.steps) expect(run).not.toContain('${{');
  });
});

describe('the GitLab template', { timeout: 120_000 }, () => {
  it('refuses the merge request that brings a typosquat, and leaves the reports that it promises', async () => {
    const template = parse(readFileSync('templates/gitlab-ci.yml', 'utf8')) as {
      variables: Record<string, string>;
      lockgate: { script: string[]; artifacts: { paths: string[]; reports: Record<string, string | string[]> } };
    };
    const cwd = clone('work');
    const variables = {
      ...template.variables,
      LOCKGATE_TARBALL: tarball,
      LOCKGATE_INTEGRITY: integrity,
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
    };
    const ran = await shell('sh', template.lockgate.script.join('\n'), cwd, variables);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/typosquat\/imitates/);
    for (const file of Object.values(template.lockgate.artifacts.reports).flat()) expect(read(join(cwd, file))).toContain('expresss');
    expect((await shell('sh', template.lockgate.script.join('\n'), cwd, { ...variables, LOCKGATE_INTEGRITY: 'sha512-x' })).code).toBe(2);
  });
});

describe('the pre-commit hooks', { timeout: 120_000 }, () => {
  const hooks = parse(readFileSync('.pre-commit-hooks.yaml', 'utf8')) as {
    id: string;
    entry: string;
    files: string;
    pass_filenames: boolean;
  }[];

  it('run for every lockfile that is read', () => {
    for (const hook of hooks) {
      const files = new RegExp(hook.files);
      for (const name of lockfileFileNames.filter((one) => one !== 'bun.lockb')) {
        expect([name, `packages/app/${name}`].every((path) => files.test(path))).toBe(true);
        expect(files.test(`x${name}`)).toBe(false);
      }
      expect(hook.pass_filenames).toBe(false);
    }
  });

  it('judge what is about to be committed', async () => {
    const cwd = clone('main');
    for (const [path, text] of Object.entries(packageLock([leftPad, squat]))) writeFileSync(join(cwd, path), text);
    const bin = mkdtempSync(join(tmpdir(), 'lockgate-bin-'));
    writeFileSync(join(bin, 'lockgate'), `#!/bin/sh\nexec '${process.execPath}' '${resolve(folder, 'lockgate.mjs')}' "$@"\n`);
    chmodSync(join(bin, 'lockgate'), 0o755);
    const ran = await shell('bash', hooks[0]?.entry ?? '', cwd, { PATH: `${bin}:${process.env['PATH'] ?? ''}` });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/typosquat\/imitates/);
  });
});

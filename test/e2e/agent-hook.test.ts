import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { type Outcome, lockgate, packageLock, project } from './lockgate.ts';

const mit = { LICENSE: 'MIT License\n', 'index.js': 'module.exports = {};\n' };
const calm = release({ name: 'left-pad', version: '1.3.0', files: mit });
const fresh = (): string => new Date(Date.now() - 3_600_000).toISOString();
const releases = [
  calm,
  release({ name: 'quiet-lib', version: '1.0.0', files: mit }),
  release({ name: 'quiet-lib', version: '1.1.0', files: mit, publishedAt: fresh() }),
  release({ name: 'carrier-lib', version: '1.0.0', files: mit, dependencies: { 'quiet-lib': '^1.0.0' } }),
  release({ name: 'plugin-lib', version: '1.0.0', files: mit, manifest: { peerDependencies: { 'quiet-lib': '^1.0.0' } } }),
  release({
    name: 'shy-lib',
    version: '1.0.0',
    files: mit,
    manifest: { peerDependencies: { 'quiet-lib': '^1.0.0' }, peerDependenciesMeta: { 'quiet-lib': { optional: true } } },
  }),
  release({ name: 'git-lib', version: '1.0.0', files: mit, dependencies: { other: 'git+https://git.example/other.git' } }),
  release({ name: 'cowsay-lib', version: '1.0.0', files: mit, bin: { 'cowsay-lib': 'index.js' } }),
];

let registry: LoopbackRegistry;
let home: string;
beforeAll(async () => {
  registry = await startRegistry(releases);
  home = project({});
});
afterAll(() => registry.close());

interface Told extends Outcome {
  readonly answer: Readonly<Record<string, unknown>>;
}

/** What Claude Code would be told about a command in a folder. */
async function claude(command: string, cwd: string = project({ 'package.json': '{"name":"shop"}' }), over: object = {}): Promise<Told> {
  return hook({
    hook_event_name: 'PreToolUse',
    session_id: 's',
    tool_name: 'Bash',
    tool_input: { command },
    cwd,
    permission_mode: 'default',
    ...over,
  });
}

async function hook(input: unknown, args: readonly string[] = []): Promise<Told> {
  const stdin = typeof input === 'string' ? input : JSON.stringify(input);
  const outcome = await lockgate(['agent-hook', ...args], { cwd: project({}), home, registry: registry.url, stdin });
  const answer: Readonly<Record<string, unknown>> = outcome.stdout === '' ? {} : JSON.parse(outcome.stdout);
  const specific = answer['hookSpecificOutput'];
  return { ...outcome, answer: typeof specific === 'object' && specific !== null ? { ...specific } : answer };
}

describe('lockgate agent-hook', () => {
  it('has no opinion about a command that installs nothing, and asks nobody', async () => {
    const before = registry.requests.length;
    expect(await claude('npm test && git status')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(registry.requests.length).toBe(before);
  });

  it('allows a package that the gate passes', async () => {
    const { code, answer } = await claude('npm install left-pad');
    expect({ code, answer }).toMatchObject({
      code: 0,
      answer: { permissionDecision: 'allow', permissionDecisionReason: expect.stringContaining('left-pad@1.3.0') },
    });
  });

  it('gives no consent to what stands beside a good install', async () => {
    const { code, answer } = await claude('npm install left-pad && node server.js');
    expect({ code, answer }).toEqual({ code: 0, answer: { systemMessage: expect.stringContaining('left-pad@1.3.0') } });
  });

  it('denies the version that the client would pick when it is too new', async () => {
    expect((await claude('cd . && sudo npm i quiet-lib')).answer).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringMatching(/quiet-lib@1\.1\.0.*release-age\/too-new/),
    });
    expect((await claude('npm i quiet-lib@1.0.0')).answer).toMatchObject({ permissionDecision: 'allow' });
  });

  it('denies a package for what it brings along', async () => {
    const reason = String((await claude('pnpm add carrier-lib')).answer['permissionDecisionReason']);
    expect(reason).toMatch(/quiet-lib@1\.1\.0.*brought by carrier-lib@1\.0\.0/);
  });

  it.each([
    ['npm i git+https://git.example/x.git', /git repository/],
    ['npm i ada/left-pad', /git repository/],
    ['npm i https://elsewhere.example/x.tgz', /URL/],
    ['npm i ./vendored', /file or folder/],
    ['npm i git-lib', /git repository/],
    ['npx --yes github:ada/tool', /git repository/],
    ['npm i no-such-thing', /no package no-such-thing/],
    ['npm i left-pad@9', /no version for 9/],
  ])('denies %s', async (command, why) => {
    const { answer } = await claude(command);
    expect({ decision: answer['permissionDecision'], reason: answer['permissionDecisionReason'] }).toEqual({
      decision: 'deny',
      reason: expect.stringMatching(why),
    });
  });

  it('denies a package for the peer that npm installs along, and not for one that is optional', async () => {
    expect((await claude('npm install plugin-lib')).answer).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringContaining('quiet-lib@1.1.0'),
    });
    expect((await claude('npm install shy-lib')).answer).toMatchObject({ permissionDecision: 'allow' });
  });

  it('judges the lockfile of an install that goes by it', async () => {
    const bad = project(packageLock([release({ name: 'quiet-lib', version: '1.1.0', publishedAt: fresh() })]));
    expect((await claude('npm ci', bad)).answer).toMatchObject({ permissionDecision: 'deny' });
    expect((await claude('npm ci', project(packageLock([calm])))).answer).toMatchObject({ permissionDecision: 'allow' });
    expect((await claude('npm install left-pad', bad)).answer).toMatchObject({ permissionDecision: 'deny' });
  });

  it('judges each lockfile of a folder: the client may read another one than npm would', async () => {
    const bad = release({ name: 'quiet-lib', version: '1.1.0', files: mit, publishedAt: fresh() });
    const entry = `quiet-lib@^1.0.0:\n  version "1.1.0"\n  resolved "${registry.url}quiet-lib/-/quiet-lib-1.1.0.tgz"\n  integrity ${bad.integrity}\n`;
    const folder = project({ ...packageLock([calm]), 'yarn.lock': `# yarn lockfile v1\n\n\n${entry}` });
    expect((await claude('yarn install', folder)).answer).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringContaining('quiet-lib@1.1.0'),
    });
  });

  it('judges the manifest where there is no lockfile', async () => {
    const folder = project({ 'package.json': JSON.stringify({ dependencies: { 'quiet-lib': '^1.0.0' } }) });
    expect((await claude('npm install', folder)).answer).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringContaining('quiet-lib@1.1.0'),
    });
  });

  it('goes by the policy of the folder', async () => {
    const folder = project({
      'package.json': '{}',
      'lockgate.yaml': 'version: 1\nrules:\n  release-age/too-new: off\n  release-age/recent: off\n',
    });
    expect((await claude('npm i quiet-lib', folder)).answer['permissionDecisionReason']).not.toMatch(/too-new/);
    mkdirSync(join(folder, 'strict'));
    writeFileSync(join(folder, 'strict', 'package.json'), '{}');
    writeFileSync(join(folder, 'strict', 'lockgate.yaml'), 'version: 1\nchecks:\n  release-age:\n    error-below: 30000d\n');
    expect((await claude('cd strict && npm i left-pad', folder)).answer).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringContaining('release-age'),
    });
  });

  it('asks about what it cannot read, and refuses where nobody would be asked', async () => {
    expect((await claude('npm install $PKG')).answer).toMatchObject({ permissionDecision: 'ask' });
    expect((await claude('npm install $PKG', undefined, { permission_mode: 'bypassPermissions' })).answer).toMatchObject({
      permissionDecision: 'deny',
    });
    expect((await claude('cd not-there-yet && npm ci')).answer).toMatchObject({ permissionDecision: 'ask' });
  });

  it('refuses what it could not verify', async () => {
    const answer = await lockgate(['agent-hook', '--timeout', '3'], {
      cwd: project({}),
      registry: 'http://127.0.0.1:9/',
      stdin: JSON.stringify({
        hook_event_name: 'PreToolUse',
        tool_name: 'Bash',
        tool_input: { command: 'npm i left-pad' },
        cwd: project({ 'package.json': '{}' }),
      }),
    });
    expect(JSON.parse(answer.stdout)).toMatchObject({
      hookSpecificOutput: { permissionDecision: 'deny', permissionDecisionReason: expect.stringContaining('could not verify') },
    });
  });

  it.each([
    '',
    '{',
    '[]',
    '{"a":1}',
    '{"hook_event_name":"PreToolUse"}',
    '{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":"ls"}',
    '{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":["ls"]}}',
  ])('blocks on the input %j', async (input) => {
    expect(await hook(input)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('the call is blocked') });
  });

  it('has no opinion about other tools', async () => {
    expect(await hook({ hook_event_name: 'PreToolUse', tool_name: 'Read', tool_input: { file_path: 'x' }, cwd: '/' })).toMatchObject({
      code: 0,
      stdout: '',
    });
  });

  it('answers Cursor, Gemini CLI, Codex and Copilot in their own shapes', async () => {
    const command = 'npm i quiet-lib';
    const cwd = project({ 'package.json': '{}' });
    expect((await hook({ hook_event_name: 'beforeShellExecution', command, cwd, workspace_roots: [cwd] })).answer).toMatchObject({
      permission: 'deny',
      agent_message: expect.stringContaining('quiet-lib@1.1.0'),
    });
    expect((await hook({ hook_event_name: 'beforeShellExecution', command: 'npm i $X', cwd })).answer).toMatchObject({ permission: 'ask' });
    expect(
      (await hook({ hook_event_name: 'BeforeTool', tool_name: 'run_shell_command', tool_input: { command }, cwd })).answer,
    ).toMatchObject({ decision: 'deny', reason: expect.stringContaining('quiet-lib@1.1.0') });
    expect(await hook({ hook_event_name: 'PreToolUse', turn_id: 't', tool_name: 'Bash', tool_input: { command }, cwd })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('quiet-lib@1.1.0'),
    });
    expect(
      await hook({ hook_event_name: 'PreToolUse', turn_id: 't', tool_name: 'Bash', tool_input: { command: 'npm i $X' }, cwd }),
    ).toMatchObject({ code: 2 });
    expect((await hook({ toolName: 'bash', toolArgs: JSON.stringify({ command }), cwd, timestamp: 1 })).answer).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringContaining('quiet-lib@1.1.0'),
    });
    for (const silent of [
      { hook_event_name: 'beforeShellExecution', command: 'ls', cwd },
      { hook_event_name: 'BeforeTool', tool_name: 'run_shell_command', tool_input: { command: 'ls' }, cwd },
      { toolName: 'bash', toolArgs: { command: 'ls' }, cwd },
    ])
      expect(await hook(silent)).toMatchObject({ code: 0, stdout: '' });
  });

  it.each(['claude', 'codex', 'cursor', 'gemini', 'copilot'])('prints the configuration for %s', async (agent) => {
    const { code, stdout } = await hook('', ['--print-config', agent]).catch(() =>
      lockgate(['agent-hook', '--print-config', agent], { cwd: project({}) }),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('lockgate agent-hook');
    if (agent !== 'codex') expect(() => JSON.parse(stdout)).not.toThrow();
  });
});

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../loopback-registry/release.ts';
import { commandsOf } from './commands.ts';
import { type InstalledClient, allClients, isInstalled, programOf } from './installed.ts';
import { type Project, type World, policy, startWorld } from './scenario.ts';

/** Ways around a firewall, and what else exec promises. One or two clients stand for all in the default run; the full one takes each. */
const isFull = Number(process.env['LOCKGATE_TEST_FACTOR'] ?? '1') > 1;
const only = (...ids: readonly InstalledClient[]): readonly InstalledClient[] => (isFull ? allClients : ids).filter(isInstalled);

describe('lockgate exec', { timeout: 300_000 }, () => {
  let world: World;
  let acme: World;
  beforeAll(async () => {
    const young = new Date(Date.now() - 3_600_000).toISOString();
    world = await startWorld({ further: [release({ name: 'pnpm', version: '10.99.0', publishedAt: young, bin: { pnpm: 'pnpm.cjs' } })] });
    // Another registry, which has a scope of its own, and in it a version that is an hour old.
    acme = await startWorld({
      further: [
        release({ name: '@acme/private', version: '1.0.0', publishedAt: '2020-01-01T00:00:00.000Z' }),
        release({ name: '@acme/private', version: '1.1.0', publishedAt: young }),
      ],
    });
  });
  afterAll(async () => {
    await world.close();
    await acme.close();
  });

  const lockfileIn = (client: InstalledClient, { folder }: Project): string =>
    readFileSync(join(folder, commandsOf(client).lockfile), 'utf8');

  for (const client of only('yarn1')) {
    it(`${client}: addresses that the lockfile writes out are asked for at the firewall, and stay as they are`, async () => {
      const commands = commandsOf(client);
      const project = world.project({ good: '1.0.0', '@acme/lib': '1.0.0' });
      await world.run(client, commands.install, project, commands.careless);
      const before = lockfileIn(client, project);
      rmSync(join(project.folder, 'node_modules'), { recursive: true, force: true });
      world.registry.requests.length = 0;
      const outcome = await world.exec(client, commands.frozen, project, [], commands.careless);
      expect(outcome).toMatchObject({ code: 0 });
      expect(lockfileIn(client, project)).toBe(before);
      expect(world.strangers()).toEqual([]);
      // One more package: what was there stays, and nothing of the firewall is left.
      expect(await world.exec(client, commands.add('helper'), project, [], commands.careless)).toMatchObject({ code: 0 });
      const loopback = (lockfileIn(client, project).match(/127\.0\.0\.1(?::|%3A)\d+/g) ?? []).map((host) => host.replace('%3A', ':'));
      expect(new Set(loopback).size).toBeLessThan(2);
      for (const host of loopback) expect(world.registry.url).toContain(host);
    });
  }

  for (const client of only('npm11', 'yarn4').filter((id) => id !== 'bun' && id !== 'yarn1')) {
    it(`${client}: a scope with a registry of its own is judged like any other`, async () => {
      const commands = commandsOf(client);
      const scope = `@acme:registry=${acme.registry.url}\n`;
      const project = world.project(
        { '@acme/private': '^1.0.0' },
        {
          '.npmrc': scope,
          '.yarnrc.yml': `npmScopes:\n  acme:\n    npmRegistryServer: "${acme.registry.url.slice(0, -1)}"\n`,
          'lockgate.yaml': policy,
        },
      );
      acme.registry.requests.length = 0;
      const outcome = await world.exec(client, commands.install, project, [], commands.careless);
      expect(outcome).toMatchObject({ code: 0 });
      expect(acme.strangers()).toEqual([]);
      expect(acme.registry.requests.some(({ path }) => path === '/@acme/private')).toBe(true);
      expect(lockfileIn(client, project)).toContain('1.0.0');
      expect(lockfileIn(client, project)).not.toContain('1.1.0');
    });
  }

  for (const client of only('npm10', 'bun')) {
    const program = programOf(client);
    const add = commandsOf(client).add;

    it(`${client}: git, URLs and files are refused before the client starts`, async () => {
      const project = world.project({}, { 'local/package.json': '{"name":"local","version":"1.0.0"}' });
      for (const spec of ['github:acme/lib', 'git+ssh://git@git.example/lib.git', 'https://files.example/lib.tgz', './local']) {
        const outcome = await world.exec(client, add(spec), project);
        expect(outcome).toMatchObject({ code: 1, stdout: '' });
        expect(outcome.stderr).toContain('error[source/');
        expect(outcome.stderr).toContain(`${program} was not started`);
      }
      expect(readdirSync(project.folder).sort()).toEqual(['local', 'lockgate.yaml', 'package.json']);
    });
  }

  it.skipIf(!isInstalled('npm10'))(
    'a manifest that asks for a git repository is refused at its line, unless a waiver permits it',
    async () => {
      const project = world.project({ lib: 'git+https://git.example/lib.git' });
      const outcome = await world.exec('npm10', ['npm', 'install'], project);
      expect(outcome).toMatchObject({ code: 1 });
      expect(outcome.stderr).toContain('error[source/git-dependency]: lib would be fetched from git');
      expect(outcome.stderr).toContain('--> package.json:');
      writeFileSync(
        join(project.folder, 'lockgate.yaml'),
        `${policy}waivers:\n  - rule: source/git-dependency\n    package: lib\n    versions: '*'\n    reason: our own fork until the fix is out\n    owner: ada@acme.example\n    expires: ${new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10)}\n`,
      );
      expect((await world.exec('npm10', ['npm', 'install'], project)).stderr).not.toContain('was not started');
    },
  );

  it.skipIf(!isInstalled('npm10'))('an option that names another registry is refused', async () => {
    const project = world.project({});
    const outcome = await world.exec('npm10', ['npm', 'install', 'good', `--registry=${acme.registry.url}`], project);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain('--registry would lead npm around the gate');
  });

  it.skipIf(!isInstalled('npm10'))('the exit code is the client’s own where nothing was refused, and all is told as data', async () => {
    const project = world.project({ good: '1.0.0' });
    const manifest = JSON.parse(readFileSync(join(project.folder, 'package.json'), 'utf8')) as object;
    writeFileSync(join(project.folder, 'package.json'), JSON.stringify({ ...manifest, scripts: { fails: 'exit 7' } }));
    expect(await world.exec('npm10', ['npm', 'run', 'fails'], project)).toMatchObject({ code: 7 });
    expect(await world.exec('npm10', ['npm', 'install', 'mid'], project, ['--json', 'out.json'])).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(project.folder, 'out.json'), 'utf8'))).toMatchObject({
      client: { id: 'npm', exitCode: 0 },
      exitCode: 0,
      before: { verdict: 'pass' },
      after: { verdict: 'pass' },
      decisions: [{ name: 'evil', version: '1.1.0', action: 'hidden' }],
    });
  });

  for (const client of only('pnpm10').filter((id) => id.startsWith('pnpm'))) {
    it(`${client}: a store that holds refused packages is kept, and what is resolved is judged before it is linked`, async () => {
      const commands = commandsOf(client);
      const project = world.project({ good: '1.0.0' });
      // The person's own store gets a package that only its tarball gives away.
      const other = { folder: world.project({ confused: '1.0.0' }).folder, home: project.home };
      await world.run(client, commands.install, other, commands.careless);
      await world.run(client, commands.install, project, commands.careless);
      const manifest = readFileSync(join(project.folder, 'package.json'), 'utf8');
      const before = lockfileIn(client, project);
      const outcome = await world.exec(client, commands.add('confused'), project, [], commands.careless);
      expect(outcome).toMatchObject({ code: 1 });
      expect(outcome.stderr).toContain('error[manifest-confusion/scripts]: confused@1.0.0');
      expect(existsSync(join(project.folder, 'node_modules/confused'))).toBe(false);
      expect(readFileSync(join(project.folder, 'package.json'), 'utf8')).toBe(manifest);
      expect(lockfileIn(client, project)).toBe(before);
      expect(await world.exec(client, commands.add('helper'), project, [], commands.careless)).toMatchObject({ code: 0 });
      expect(existsSync(join(project.folder, 'node_modules/helper'))).toBe(true);
    });
  }

  for (const client of only('yarn1')) {
    it(`${client}: what another policy let in is not taken out of a cache`, async () => {
      const { add, careless } = commandsOf(client);
      const lenient = `${policy}  manifest-confusion/scripts: off\n  install-scripts/unlisted: off\n  install-scripts/new: off\n`;
      const trusting = world.project({}, { 'lockgate.yaml': lenient });
      expect(await world.exec(client, add('confused'), trusting, [], careless)).toMatchObject({ code: 0 });
      world.clearMarks();
      const { folder } = world.project({});
      expect(await world.exec(client, add('confused'), { folder, home: trusting.home }, [], careless)).toMatchObject({ code: 1 });
      expect(existsSync(join(folder, 'node_modules/confused'))).toBe(false);
      expect(world.marks()).toBe('');
    });
  }

  for (const client of only('pnpm10').filter((id) => id.startsWith('pnpm'))) {
    it(`${client}: another version of itself that a manifest asks for comes through the firewall or not at all`, async () => {
      const project = world.project({ good: '1.0.0' });
      const manifest = JSON.parse(readFileSync(join(project.folder, 'package.json'), 'utf8')) as object;
      writeFileSync(join(project.folder, 'package.json'), JSON.stringify({ ...manifest, packageManager: 'pnpm@10.99.0' }));
      world.registry.requests.length = 0;
      expect(await world.exec(client, commandsOf(client).install, project, [], { pnpm_config_fetch_retries: '0' })).toMatchObject({
        code: 1,
      });
      expect(world.strangers()).toEqual([]);
      expect(world.traces(project, 'pnpm@10.99.0')).toEqual([]);
    });
  }

  for (const client of only('pnpm10').filter((id) => id.startsWith('pnpm'))) {
    it(`${client}: neither a lockfile under another name nor a store of its own hides what is installed`, async () => {
      const { install, add, careless } = commandsOf(client);
      const settings = {
        'pnpm-workspace.yaml': 'gitBranchLockfile: true\nstoreDir: ../store\n',
        '.git/HEAD': 'ref: refs/heads/main\n',
        '.git/objects/x': '',
        '.git/refs/x': '',
      };
      const project = world.project({ good: '1.0.0' }, settings);
      const other = { folder: world.project({ confused: '1.0.0' }, settings).folder, home: project.home };
      await world.run(client, install, other, careless);
      await world.run(client, install, project, careless);
      expect(await world.exec(client, add('confused'), project, [], careless)).toMatchObject({ code: 1 });
      expect(existsSync(join(project.folder, 'node_modules/confused'))).toBe(false);
    });
  }

  for (const client of only('pnpm11').filter((id) => id.startsWith('pnpm'))) {
    it(`${client}: running a script installs nothing`, async () => {
      const { install, careless } = commandsOf(client);
      const project = world.project({ good: '1.0.0' });
      await world.exec(client, install, project, [], careless);
      const manifest = {
        name: 'shop',
        version: '1.0.0',
        scripts: { hello: 'echo hello' },
        dependencies: { good: '1.0.0', helper: '1.0.0' },
      };
      writeFileSync(join(project.folder, 'package.json'), JSON.stringify(manifest));
      const outcome = await world.exec(client, ['pnpm', 'run', 'hello'], project, [], careless);
      expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('hello') as string });
      expect(existsSync(join(project.folder, 'node_modules/helper'))).toBe(false);
    });
  }

  for (const client of only('yarn1').filter((id) => id === 'yarn1'))
    it.each([
      ['.yarnrc', 'yarn-offline-mirror "./mirror"\n'],
      ['.npmrc', 'yarn-offline-mirror=./mirror\n'],
    ])(`${client}: archives in a folder that %s names are not taken for what a registry has`, async (file, line) => {
      const tampered = release({ name: 'good', version: '1.0.0', scripts: { postinstall: 'node -e "process.exit(7)"' } });
      const lockfile = `# yarn lockfile v1\n\n\ngood@1.0.0:\n  version "1.0.0"\n  resolved "${world.registry.url}good/-/good-1.0.0.tgz"\n`;
      const project = world.project({ good: '1.0.0' }, { [file]: line, 'yarn.lock': lockfile, 'mirror/README': '' });
      writeFileSync(join(project.folder, 'mirror/good-1.0.0.tgz'), tampered.tarball);
      const { frozen, careless } = commandsOf(client);
      expect(await world.exec(client, frozen, project, [], careless)).toMatchObject({ code: 0 });
      expect(existsSync(join(project.folder, 'node_modules/good/payload.txt'))).toBe(true);
    });

  it.skipIf(!isInstalled('yarn1'))('a lockfile that a killed run left behind is put right by the next one', async () => {
    const project = world.project({ good: '1.0.0' });
    mkdirSync(join(project.home, '.config/lockgate'), { recursive: true });
    writeFileSync(join(project.home, '.config/lockgate/firewall.port'), '48731\n');
    writeFileSync(
      join(project.folder, 'yarn.lock'),
      `# yarn lockfile v1\n\n\ngood@1.0.0:\n  version "1.0.0"\n  resolved "http://127.0.0.1:48731/good/-/good-1.0.0.tgz"\n`,
    );
    await world.exec('yarn1', ['yarn', 'install'], project);
    expect(lockfileIn('yarn1', project)).toContain(`resolved "${world.registry.url}good/-/good-1.0.0.tgz`);
    expect(lockfileIn('yarn1', project)).not.toContain('48731');
  });
});

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { release } from './loopback-registry/release.ts';
import { startRegistry } from './loopback-registry/registry.ts';
import { lockgate, packageLock, project } from './e2e/lockgate.ts';
import { isCampaign } from './support/campaign.ts';

interface LockEntry {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { readonly packages: Readonly<Record<string, LockEntry>> }; // npm's
/** Lockfile paths of everything that an installation brings along, on every platform. */
const closure = runtimeClosure();

describe('what an installation brings along', () => {
  it('runs no script', () => {
    expect(closure.filter((path) => packages[path]?.hasInstallScript === true)).toEqual([]);
  });

  it('stays within the budget: packages, and megabytes on this platform', () => {
    const installed = closure.filter((path) => existsSync(path));
    const megabytes = installed.reduce((sum, path) => sum + sizeOf(path), 0) / 1_000_000;
    // Raise them knowingly: every package here is one more that somebody has to trust.
    expect(closure.length).toBeLessThanOrEqual(145);
    expect(installed.length).toBeLessThanOrEqual(125);
    expect(megabytes).toBeLessThanOrEqual(55);
  });
});

describe('the package', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'lockgate-package-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  /** The name and files of the tarball that `npm pack` makes of what is built now. */
  function pack(): { readonly filename: string; readonly files: readonly string[] } {
    const told = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch], { encoding: 'utf8' });
    const [packed] = JSON.parse(told) as readonly { readonly filename: string; readonly files: readonly { readonly path: string }[] }[]; // npm's
    if (packed === undefined) throw new Error('npm has packed nothing');
    return { filename: packed.filename, files: packed.files.map(({ path }) => path) };
  }

  it('holds what it must and nothing else', () => {
    const { files } = pack();
    const needed = [
      'bin/lockgate.js',
      'bin/package.json',
      'dist/cli.js',
      'dist/index.js',
      'dist/index.d.ts',
      'package.json',
      'README.md',
      'SECURITY.md',
      'LICENSE',
    ];
    const data = ['allowlists', 'schemas'].flatMap((folder) => filesBelow(folder));
    expect(files).toEqual(expect.arrayContaining([...needed, ...data]));
    const compiled = new Set(filesBelow('src').flatMap((path) => built(path)));
    const single = ['dist/lockgate.mjs', 'dist/lockgate.mjs.sha256', 'dist/lockgate.mjs.cdx.json'];
    expect(files.filter((path) => ![...needed, ...data, ...single].includes(path) && !compiled.has(path))).toEqual([]);
  });

  it('works with its own dependencies and none of those of its development', async () => {
    const { filename } = pack();
    const installed = join(scratch, 'node_modules', 'lockgate');
    mkdirSync(installed, { recursive: true });
    execFileSync('tar', ['-xzf', join(scratch, filename), '-C', installed, '--strip-components=1']);
    for (const path of closure) {
      const [, name = '', below] = /^node_modules\/((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(path) ?? [];
      // What lies below another package comes along with that one.
      if (below !== undefined || !existsSync(path)) continue;
      mkdirSync(dirname(join(scratch, 'node_modules', name)), { recursive: true });
      symlinkSync(resolve(path), join(scratch, 'node_modules', name));
    }
    await expectWorking(join(installed, 'bin', 'lockgate.js'));
  }, 60_000);

  // Asks the configured registry for the dependencies, which no ordinary test does.
  it.runIf(isCampaign)('works installed by npm into a scratch project', async () => {
    const { filename } = pack();
    const user = mkdtempSync(join(tmpdir(), 'lockgate-user-'));
    try {
      cpSync(join(scratch, filename), join(user, filename));
      const options = { cwd: user, encoding: 'utf8' as const };
      execFileSync('npm', ['init', '-y'], options);
      execFileSync('npm', ['install', '--no-audit', '--no-fund', `./${filename}`], options);
      await expectWorking(join(user, 'node_modules', 'lockgate', 'bin', 'lockgate.js'));
      const library = "import('lockgate').then(({ createGate, readLockfile }) => console.log(typeof createGate, typeof readLockfile))";
      expect(execFileSync(process.execPath, ['-e', library], options)).toBe('function function\n');
    } finally {
      rmSync(user, { recursive: true, force: true });
    }
  });
});

async function expectWorking(program: string): Promise<void> {
  const honest = [release({ name: 'left-pad', version: '1.3.0' })];
  const registry = await startRegistry(honest);
  const cwd = project(packageLock(honest));
  try {
    const options = { cwd, registry: registry.url, program };
    expect((await lockgate(['--version'], options)).stdout).toBe(
      `${(JSON.parse(readFileSync('package.json', 'utf8')) as LockEntry).version}\n`,
    );
    expect(await lockgate(['check'], options)).toMatchObject({ code: 0, stderr: '' });
    expect(await lockgate(['sbom', '--format', 'cyclonedx-xml'], options)).toMatchObject({ code: 0, stderr: '' });
    expect(await lockgate(['names', 'expresss'], options)).toMatchObject({ code: 1 });
    expect(await lockgate(['--help'], options)).toMatchObject({ code: 0 });
  } finally {
    await registry.close();
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** From the manifest's dependencies along those that are installed with them; a peer that may be missing is not. */
function runtimeClosure(): readonly string[] {
  const found = new Set<string>();
  const open = Object.keys(packages['']?.dependencies ?? {}).map((name) => `node_modules/${name}`);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const entry = packages[path];
    if (entry === undefined || found.has(path)) continue;
    found.add(path);
    const peers = Object.keys(entry.peerDependencies ?? {}).filter((name) => entry.peerDependenciesMeta?.[name]?.optional !== true);
    for (const name of [...Object.keys(entry.dependencies ?? {}), ...Object.keys(entry.optionalDependencies ?? {}), ...peers]) {
      const place = nearest(path, name);
      if (place !== undefined) open.push(place);
    }
  }
  return [...found].sort();
}

/** Where Node finds a package from the folder of another: its own `node_modules` first, then those above. */
function nearest(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[place] !== undefined) return place;
    if (folder === '') return undefined;
  }
}

/** What TypeScript makes of a source file. */
function built(path: string): readonly string[] {
  const name = path.replace(/^src\//, 'dist/');
  return name.endsWith('.d.ts') ? [] : name.endsWith('.ts') ? [name.replace(/\.ts$/, '.js'), name.replace(/\.ts$/, '.d.ts')] : [name];
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Bytes of a package without those that lie in its own `node_modules`, which are counted by themselves. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? sum : sum + sizeOf(path);
    return entry.isFile() ? sum + statSync(path).size : sum;
  }, 0);
}

import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { deferFiles } from './deferred-files.ts';
import { lazyPackages, writeApart } from './lazy-packages.ts';
import { bundleThread, threadScript } from './reading-thread.ts';

/** What npm reads its configuration with: thirty small files. */
const ofNpm = ['@npmcli/config', 'abbrev', 'ci-info', 'ini', 'nopt', 'npm-registry-fetch', 'proc-log', 'walk-up-path'];
/** Packages that nearly every command loads, some in dozens of files; the others stay where npm installs them. */
const included = ['js-yaml', 'semver', 'spdx-exceptions', 'spdx-license-ids', 'valibot', 'yaml', ...ofNpm];
/** Those of them that the reading of lockfiles and the writing of SBOMs needs. */
const ofInventory = ['spdx-license-ids'];
/** Those among them that are large, and that few runs need. */
const apart = ['js-yaml', 'yaml'];
/** And those that judging anew needs. */
const ofJudging = ['semver', 'spdx-exceptions'];
/** The files for what many runs do not meet: another lockfile than npm's, an SBOM, a policy, a package that has to be judged anew. */
const deferred = ['formats', 'judging', 'policy', 'sbom'];
/** The bundler's own helpers. */
const helpers = '@oxc-project/runtime';

/**
 * Puts the compiled command into few files below `chunks`, so that a run opens some of them and not hundreds: finding and opening
 * files takes a short run longer than its work. They are CommonJS, which Node starts without its loader of ES modules. The command
 * and `cli.js` lead there; the library's modules stay as they are.
 */
export async function writeChunks(folder: string): Promise<string> {
  const target = join(folder, 'chunks');
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const start = await staticImports(resolve(folder, 'cli.js'));
  const inventory = await staticImports(resolve(folder, 'commands', 'sbom.js'));
  // A report as text is what nearly every check ends with.
  const gate = await staticImports(resolve(folder, 'commands', 'check.js'), resolve(folder, 'reporters', 'text.js'));
  const collectors = await staticImports(resolve(folder, 'collectors', 'index.generated.js'));
  const trust = await staticImports(resolve(folder, 'provenance', 'shipped-trust.js'));
  // It is there before the first document is.
  const sharing = new Set([resolve(folder, 'collectors', 'shared-reading.js')]);
  const formats = await staticImports(resolve(folder, 'lockfiles', 'index.generated.js'));
  const npm = await staticImports(resolve(folder, 'lockfiles', 'npm.js'));
  const isBelow = (id: string, ...places: readonly string[]): boolean =>
    places.some((place) => id.startsWith(join(resolve(folder), place, sep)));
  const bundle = await rolldown({
    input: { cli: join(folder, 'cli.js') },
    platform: 'node',
    preserveEntrySignatures: 'allow-extension',
    external: (id) => /^[@a-z]/i.test(id) && ![...included, helpers].some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [lazyPackages(apart), placePlugin(resolve(folder), resolve(target))],
    onLog: (level, log) => {
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
    },
  });
  const { output } = await bundle.write({
    dir: target,
    format: 'cjs',
    strict: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    minify: 'dce-only',
    chunkFileNames: '[name].cjs',
    entryFileNames: '[name].cjs',
    codeSplitting: {
      groups: [
        { name: 'start', test: (id) => start.has(id), priority: 4 },
        ...[
          { name: 'npm-configuration', test: (id: string) => ofNpm.some((name) => isOfPackage(id, name)) },
          { name: 'formats', test: (id: string) => isBelow(id, 'lockfiles') && formats.has(id) && !npm.has(id) && !isFormat(id) },
          { name: 'sbom', test: (id: string) => inventory.has(id) && (!gate.has(id) || isBelow(id, 'sbom')) },
          { name: 'policy', test: (id: string) => isBelow(id, 'policy') && gate.has(id) && !/(?:load|baseline)\.js$/.test(id) },
          {
            name: 'judging',
            test: (id: string) =>
              (isBelow(id, 'collectors', 'licences', 'provenance', 'tarballs') && gate.has(id) && !trust.has(id) && !sharing.has(id)) ||
              ofJudging.some((name) => isOfPackage(id, name)),
          },
        ].map((group) => ({ ...group, priority: 3, includeDependenciesRecursively: false })),
        // Reading a lockfile and writing an SBOM of it takes a fifth of what judging it takes.
        { name: 'inventory', test: (id) => inventory.has(id) || ofInventory.some((name) => isOfPackage(id, name)), priority: 2 },
        { name: 'gate', test: (id) => gate.has(id) || isOfPackage(id, ''), priority: 1 },
        // What is remembered needs none of them.
        { name: 'collectors', test: (id) => collectors.has(id), priority: 0 },
      ],
    },
  });
  await bundle.close();
  await writeApart(apart, target);
  await writeFile(join(target, 'document-thread.cjs'), await bundleThread(join(folder, 'document-thread.js'), 'cjs'));
  await deferFiles(target, deferred);
  await escapeAll(target);
  await writeFile(join(target, 'LICENCES.txt'), (await Promise.all(included.map(licenceOf))).join('\n'));
  await writeFile(join(folder, 'cli.js'), `export { main } from './chunks/cli.cjs';\n`);
  return `${target}: ${output.length} files`;
}

/**
 * Writes what is not ASCII as escapes. For one such character Node holds a file of a megabyte in two, and is slower to read it; ECMAScript
 * has the same escapes for strings, templates and regular expressions, and outside of those our files have no such characters.
 */
async function escapeAll(folder: string): Promise<void> {
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.cjs')) continue;
    const code = await readFile(join(folder, file), 'utf8');
    if (/String\.raw`(?:\\.|[^`\\])*[\u0080-\uffff]/.test(code))
      throw new Error(`${file} has a raw string in which an escape would be another text`);
    const escaped = code.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    if (escaped !== code) await writeFile(join(folder, file), escaped);
  }
}

/** A lockfile format itself, or their list: which names their files have is asked of each. */
function isFormat(id: string): boolean {
  return /^(?:bun|pnpm|yarn-berry|yarn-classic|index\.generated)\.js$/.test(basename(id));
}

function isOfPackage(id: string, name: string): boolean {
  return id.includes(join(sep, 'node_modules', name, sep));
}

/** The compiled modules and all of this project's that they cannot run without. */
async function staticImports(...entries: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set(entries);
  for (const file of found) {
    const code = await readFile(file, 'utf8');
    for (const [, path = ''] of code.matchAll(/^(?:import|export)\s(?:[^'";]*?\sfrom\s+)?['"](\.[^'"]+)['"]/gm))
      found.add(resolve(dirname(file), path));
  }
  return found;
}

/** What a module looks for beside itself, it looks for beside the file that it was compiled into. */
function placePlugin(folder: string, target: string): Plugin {
  return {
    name: 'lockgate-place',
    transform: (code, id) => {
      if (!id.startsWith(folder) || !code.includes('import.meta.url')) return null;
      const place = relative(target, id).split(sep).join('/');
      const placed = code.replace(threadScript, threadScript.replace('./document-thread.js', './chunks/document-thread.cjs'));
      return placed.replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, import.meta.url).href`);
    },
  };
}

async function licenceOf(name: string): Promise<string> {
  const folder = join('node_modules', name);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? await readFile(join(folder, 'package.json'), 'utf8') : await readFile(join(folder, file), 'utf8');
  return `${name}\n\n${text}`;
}

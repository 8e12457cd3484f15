import { createHash } from 'node:crypto';
import { chmod, readFile, readdir, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { lockfileFormats } from '../../src/lockfiles/index.generated.ts';
import { readLockfileText } from '../../src/lockfiles/read-lockfile.ts';
import type { BomRef } from '../../src/model/component.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { noFiles } from '../../src/model/project-files.ts';
import { toCycloneDX } from '../../src/sbom/cyclonedx.ts';
import { validateCycloneDX } from '../../src/sbom/validate.ts';
import { bundleThread, threadScript } from './reading-thread.ts';

const entry = '\0lockgate';
const { version }: { readonly version: string } = JSON.parse(await readFile('package.json', 'utf8'));

/**
 * Writes `lockgate.mjs` into a folder: the whole command in one file that needs only Node, to be run before anything is
 * installed. Beside it: the SBOM of exactly what is in it, and its SHA-256.
 */
export async function writeSingleFile(folder: string): Promise<string> {
  const target = join(folder, 'lockgate.mjs');
  const embedded = await embed();
  const lockfile = await readOwnLockfile();
  const bundle = await rolldown({
    input: { lockgate: entry },
    platform: 'node',
    plugins: [entryPlugin(), embedPlugin(embedded), absentPlugin(lockfile)],
    onLog: (level, log) => {
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({
    format: 'esm',
    codeSplitting: false,
    minify: 'dce-only',
    banner: '#!/usr/bin/env node',
  });
  await bundle.close();
  const [chunk, ...others] = output;
  if (others.length > 0) throw new Error(`the bundle has more than one file: ${others.map(({ fileName }) => fileName).join(', ')}`);
  const foreign = chunk.imports.filter((name) => !name.startsWith('node:') && !builtinNames.has(name));
  if (foreign.length > 0) throw new Error(`the bundle needs more than Node: ${foreign.join(', ')}`);

  await writeFile(target, chunk.code);
  await chmod(target, 0o755);
  const sbom = await sbomOf(chunk, lockfile);
  await writeFile(`${target}.cdx.json`, sbom.text);
  const digest = createHash('sha256').update(chunk.code).digest('hex');
  await writeFile(`${target}.sha256`, `${digest}  lockgate.mjs\n`);
  return `${target}: ${Math.round(chunk.code.length / 1024)} KiB, ${sbom.count} packages in it, sha256 ${digest}`;
}

/** The texts and bytes that the installed form reads from disk, by the name under which it asks for them. */
interface Embedded {
  readonly shipped: ReadonlyMap<string, string>;
  readonly schemas: ReadonlyMap<string, string>;
  /** The program of the reading thread. */
  readonly thread: string;
}

async function embed(): Promise<Embedded> {
  const schemaFolder = 'node_modules/@cyclonedx/cyclonedx-library/res/schema';
  const schemas = (await readdir(schemaFolder)).filter((name) => name.endsWith('.schema.json'));
  return {
    shipped: new Map(
      await Promise.all((await filesBelow('allowlists')).map(async (path) => [path, await base64Of(join('allowlists', path))] as const)),
    ),
    schemas: new Map(await Promise.all(schemas.map(async (name) => [name, await readFile(join(schemaFolder, name), 'utf8')] as const))),
    thread: await bundleThread('src/document-thread.ts', 'esm'),
  };
}

async function base64Of(path: string): Promise<string> {
  return (await readFile(path)).toString('base64');
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((file) => file.isFile())
    .map((file) => relative(folder, join(file.parentPath, file.name)).split(sep).join('/'))
    .sort();
}

/** The start of the process, as `bin/lockgate.js` has it, with the sources in place of the build. */
function entryPlugin(): Plugin {
  const code = [
    'process.exitCode = 2;',
    `const { main } = await import(${JSON.stringify(resolve('src/cli.ts'))});`,
    'process.exit(await main(process.argv.slice(2)));',
  ].join('\n');
  return {
    name: 'lockgate-entry',
    resolveId: (id) => (id === entry ? id : null),
    load: (id) => (id === entry ? code : null),
  };
}

const absent = '\0absent:';

/**
 * What a dependency only tries to load, and an installation of this tool would not have (a companion that is not there, or a
 * package that only development brings), it finds missing here, too.
 */
function absentPlugin(lockfile: Inventory): Plugin {
  const isInstalled = (folder: string | undefined): boolean =>
    folder !== undefined && [...lockfile.components.values()].some(({ bomRef, scope }) => bomRef === folder && scope !== 'dev');
  return {
    name: 'lockgate-absent',
    resolveId: {
      order: 'pre',
      handler: async function (id, importer) {
        const isPackage = /^[@a-z]/i.test(id) && !id.startsWith('node:') && !builtinNames.has(id);
        if (!isPackage || importer?.includes('node_modules') !== true) return null;
        const resolved = await this.resolve(id, importer, { skipSelf: true });
        return resolved !== null && isInstalled(folderOf(modulePath(resolved.id))) ? null : `${absent}${id}`;
      },
    },
    load: (id) => (id.startsWith(absent) ? `throw Object.assign(new Error('not in this bundle'), { code: 'MODULE_NOT_FOUND' });` : null),
  };
}

/** Replaces what looks for files beside the program. Each must be found exactly once, or the bundle would look for them still. */
function embedPlugin({ shipped, schemas, thread }: Embedded): Plugin {
  const replacements: Readonly<Record<string, (code: string) => string>> = {
    'src/platform/allowlists.ts': (code) =>
      replaceOnce(
        replaceOnce(code, "new URL('../../allowlists/', import.meta.url)", mapText(shipped)),
        'readFileSync(new URL(path, folder))',
        "Buffer.from(folder.get(path) ?? missing(path), 'base64')",
      ) + missingFunction,
    'src/sbom/schemas.ts': (code) =>
      code.replace(
        /function loadSchema[\s\S]*?\n}\n/,
        `const schemas = ${mapText(schemas)};\nfunction loadSchema(file: string): Schema {\n  return JSON.parse(schemas.get(file) ?? missing(file));\n}\n`,
      ) + missingFunction,
    'src/document-readers.ts': (code) => replaceOnce(code, threadScript, `new URL(${JSON.stringify(dataUrl(thread))})`),
    'src/version.ts': (code) => replaceOnce(code, "createRequire(import.meta.url)('../package.json')", JSON.stringify({ version })),
    // It looks at the file that it stands in, which is the bundle then.
    'src/platform/tool-identity.ts': (code) => code,
    // What is left of `require` is resolved by the bundler.
    'src/sbom/licence-choice.ts': withoutRequire,
  };
  return {
    name: 'lockgate-embed',
    transform: (code, id) => {
      const replace = new Map(Object.entries(replacements)).get(relative('.', id).split(sep).join('/'));
      if (replace !== undefined) return replace(code);
      if (id.startsWith(resolve('src')) && /import\.meta\.url|createRequire/.test(code))
        throw new Error(`${id} reads files that are not in the bundle`);
      return null;
    },
  };
}

function dataUrl(code: string): string {
  return `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
}

const missingFunction = '\nfunction missing(name: string): never {\n  throw new Error(`${name} is not in this bundle`);\n}\n';

function withoutRequire(code: string): string {
  return replaceOnce(code, 'const require = createRequire(import.meta.url);', '');
}

function replaceOnce(code: string, from: string, to: string): string {
  if (code.split(from).length !== 2) throw new Error(`expected exactly one: ${from}`);
  return code.replace(from, () => to);
}

function mapText(map: ReadonlyMap<string, string>): string {
  return `new Map<string, string>(${JSON.stringify([...map])})`;
}

async function readOwnLockfile(): Promise<Inventory> {
  const text = await readFile('package-lock.json', 'utf8');
  const digest = createHash('sha256').update(text).digest('hex');
  return readLockfileText(lockfileFormats, { path: 'package-lock.json', text, digest, files: noFiles });
}

/** The SBOM of this repository's lockfile without what is not in the bundle. */
async function sbomOf(chunk: OutputChunk, whole: Inventory): Promise<{ readonly text: string; readonly count: number }> {
  const modules = chunk.moduleIds.filter((id) => !id.startsWith(absent)).map(modulePath);
  const bundled = new Set(modules.flatMap((id) => folderOf(id) ?? []));
  const unknown = [...bundled].filter((ref) => ![...whole.components.keys()].some((known) => known === ref));
  if (unknown.length > 0) throw new Error(`in the bundle and not in the lockfile: ${unknown.join(', ')}`);
  const kept = (ref: BomRef): boolean => bundled.has(ref) || ref === whole.root.bomRef;
  const inventory: Inventory = {
    ...whole,
    components: new Map([...whole.components].filter(([ref]) => kept(ref))),
    edges: new Map([...whole.edges].filter(([from]) => kept(from)).map(([from, edges]) => [from, edges.filter(({ to }) => kept(to))])),
    facts: [],
  };
  const text = await toCycloneDX(inventory, { tool: { name: 'lockgate', version }, isReproducible: true });
  const [problem] = validateCycloneDX(text);
  if (problem !== undefined) throw new Error(`the SBOM of the bundle does not validate: ${problem.pointer}: ${problem.message}`);
  return { text, count: bundled.size };
}

/** A module's file, relative to this repository. */
function modulePath(id: string): string {
  return relative('.', id.replace(/^\0/, '').replace(/\?.*$/, '')).split(sep).join('/');
}

/** `node_modules/a/node_modules/@b/c` of a file in it. */
function folderOf(module: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0];
}

const builtinNames: ReadonlySet<string> = new Set((await import('node:module')).builtinModules);

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import createWabt from 'wabt';
import { renderManual } from '../src/manual.ts';
import { policyJsonSchema } from '../src/policy/schema.ts';
import { waiverRules } from '../src/engine/waive.ts';
import { incidents } from '../test/incidents/incidents.ts';
import type { AnyCheck, RuleMeta } from '../src/model/check.ts';

/** A generated file and what it must hold. */
interface Generated {
  readonly path: string;
  readonly content: string;
}

/** A module that a folder's index lists: its file and the one thing that it exports by convention. */
interface Listed {
  readonly file: string;
  readonly name: string;
}

const header = '// Written by `npm run generate`: do not edit.\n';

/** `npm run generate` writes the indexes, the policy schema and the README's rule table; `--check` fails when one is stale. */
async function main(argv: readonly string[]): Promise<number> {
  const stale: string[] = [];
  for (const { path, content } of [...(await indexes()), ...(await documents())]) {
    if ((await readOptional(path)) === content) continue;
    stale.push(path);
    if (!argv.includes('--check')) await writeFile(path, content);
  }
  const verb = argv.includes('--check') ? 'stale' : 'written';
  console.log(stale.length === 0 ? 'all generated files are current' : `${verb}: ${stale.join(', ')}`);
  return argv.includes('--check') && stale.length > 0 ? 1 : 0;
}

async function indexes(): Promise<readonly Generated[]> {
  return [
    await listIndex('src/checks', /^export const (\w+)(: \w+)? = defineCheck\(/m, {
      type: 'AnyCheck',
      from: '../model/check.ts',
      constant: 'checks',
    }),
    await listIndex('src/lockfiles', /^export const (\w+): LockfileFormat\b/m, {
      type: 'LockfileFormat',
      from: '../model/lockfile-format.ts',
      constant: 'lockfileFormats',
    }),
    await listIndex('src/reporters', /^export const (\w+): Reporter\b/m, {
      type: 'Reporter',
      from: './reporter.ts',
      constant: 'reporters',
    }),
    await formatIndex(),
    ...(await Promise.all(textModules.map((path) => compiledModule(path)))),
    await collectorIndex(),
    await commandIndex(),
  ];
}

async function listIndex(
  folder: string,
  pattern: RegExp,
  list: { readonly type: string; readonly from: string; readonly constant: string },
): Promise<Generated> {
  const modules = await listed(folder, pattern);
  const content = [
    header,
    `import type { ${list.type} } from '${list.from}';\n`,
    ...modules.map(({ file, name }) => `import { ${name} } from './${file}';\n`),
    `\nexport const ${list.constant}: readonly ${list.type}[] = [${modules.map(({ name }) => name).join(', ')}];\n`,
  ].join('');
  return { path: `${folder}/index.generated.ts`, content };
}

async function collectorIndex(): Promise<Generated> {
  const modules = await listed('src/collectors', /^export function (create\w+Collector\((?:\)|))/m);
  const content = [
    header,
    `import type { Collector } from '../model/evidence.ts';\n`,
    `import type { CollectorPorts } from './ports.ts';\n`,
    ...modules.map(({ file, name }) => `import { ${name.replace(/\W+$/, '')} } from './${file}';\n`),
    `\nexport function createCollectors(ports: CollectorPorts): readonly Collector<unknown>[] {\n  return [${modules.map(({ name }) => (name.endsWith('()') ? name : `${name}ports)`)).join(', ')}];\n}\n`,
  ].join('');
  return { path: 'src/collectors/index.generated.ts', content };
}

async function commandIndex(): Promise<Generated> {
  const modules = await listed('src/commands', /^export const (\w+): Command\b/m);
  const entries = await Promise.all(
    modules.map(async ({ file, name }) => {
      const text = await readFile(join('src/commands', file), 'utf8');
      const field = (key: string): string => new RegExp(`^  ${key}: '((?:[^'\\\\]|\\\\.)*)',$`, 'm').exec(text)?.[1] ?? '';
      return `  { name: '${field('name')}', summary: '${field('summary')}', load: async () => (await import('./${file}')).${name} },\n`;
    }),
  );
  const content = [
    header,
    `import type { Command } from './command.ts';\n`,
    `\n/** Every command; the module behind an entry is loaded when it is called. */\n`,
    `export const commands: readonly { readonly name: string; readonly summary: string; readonly load: () => Promise<Command> }[] = [\n`,
    // By name: the entries start with it.
    ...entries.sort(),
    '];\n',
  ].join('');
  return { path: 'src/commands/index.generated.ts', content };
}

async function formatIndex(): Promise<Generated> {
  const modules = await listed('src/reporters', /^export const (\w+): Reporter\b/m);
  const entries = await Promise.all(
    modules.map(async ({ file, name }) => {
      const id = /^  id: '([\w-]+)',$/m.exec(await readFile(join('src/reporters', file), 'utf8'))?.[1] ?? '';
      return `  { id: '${id}', load: async () => (await import('./${file}')).${name} },\n`;
    }),
  );
  const content = [
    header,
    `import type { Reporter } from './reporter.ts';\n`,
    `\n/** Every output format; the module behind an entry is loaded when somebody asks for it. */\n`,
    `export const formats: readonly { readonly id: string; readonly load: () => Promise<Reporter> }[] = [\n`,
    ...entries,
    '];\n',
  ].join('');
  return { path: 'src/reporters/formats.generated.ts', content };
}

/** What is written in WebAssembly's text form. */
const textModules = ['src/collectors/json-nesting', 'src/names/popularity-columns'] as const;

/** A module's text form compiled, so that a build needs no compiler and a reader can compile it himself. */
async function compiledModule(path: string): Promise<Generated> {
  const wabt = await createWabt();
  const parsed = wabt.parseWat(`${path}.wat`, await readFile(`${path}.wat`, 'utf8'), { simd: true });
  const { buffer } = parsed.toBinary({});
  const content = [
    header,
    `\n/** \`${basename(path)}.wat\`, compiled; base64. */\n`,
    `export const moduleBytes = '${Buffer.from(buffer).toString('base64')}';\n`,
  ].join('');
  return { path: `${path}.generated.ts`, content };
}

async function listed(folder: string, pattern: RegExp): Promise<readonly Listed[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.generated.ts')).sort();
  const modules = await Promise.all(
    files.map(async (file) => ({ file, name: pattern.exec(await readFile(join(folder, file), 'utf8'))?.[1] })),
  );
  return modules.flatMap(({ file, name }) => (name === undefined ? [] : [{ file, name }]));
}

async function documents(): Promise<readonly Generated[]> {
  const { checks } = await import('../src/checks/index.generated.ts');
  const schema = policyJsonSchema(checks, Object.keys(waiverRules));
  const readme = await readOptional('README.md');
  return [
    { path: 'src/checks/rules.generated.ts', content: ruleIndex(checks) },
    { path: 'docs/lockgate.1', content: await manual() },
    { path: 'schemas/policy.schema.json', content: `${JSON.stringify(schema, null, 2)}\n` },
    { path: 'README.md', content: withTable(withTable(readme, 'rules', ruleTable(checks)), 'incidents', incidentTable()) },
  ];
}

/** Puts a table between its two markers; a text without them stays as it is. */
function withTable(text: string, name: string, table: string): string {
  const start = `<!-- ${name}:start -->`;
  const [before, after] = [text.indexOf(start), text.indexOf(`<!-- ${name}:end -->`)];
  return before === -1 || after === -1 ? text : `${text.slice(0, before + start.length)}\n${table}\n${text.slice(after)}`;
}

/** What the tests under test/incidents prove, row by row. */
function incidentTable(): string {
  return [
    '| incident | began | carrier | live | with the age rules off | seen by |',
    '| --- | --- | --- | --- | --- | --- |',
    ...incidents.map(({ title, date, carrier, live, outcome, seenBy, remark }) => {
      const rules = seenBy.map((rule) => `\`${rule}\``).join(', ');
      const seen = [rules, remark].filter((part) => part !== undefined && part !== '').join('; ');
      return `| ${title} | ${date} | ${carrier} | ${live} | ${outcome === 'missed' ? '**missed**' : outcome} | ${seen} |`;
    }),
  ].join('\n');
}

/** All rules as plain data, so that explaining one loads no check. */
function ruleIndex(checks: readonly AnyCheck[]): string {
  const rules = Object.fromEntries(allRules(checks));
  const body = JSON.stringify(rules, null, 2);
  return `${header}import type { RuleMeta } from '../model/check.ts';\n\n/** Every rule by its id, sorted. */\nexport const rules: Readonly<Record<string, RuleMeta>> = ${body};\n`;
}

function allRules(checks: readonly AnyCheck[]): readonly (readonly [string, RuleMeta])[] {
  return [...checks.flatMap((check) => Object.entries(check.rules)), ...Object.entries(waiverRules)].sort(([a], [b]) => (a < b ? -1 : 1));
}

async function manual(): Promise<string> {
  const { commands } = await import('../src/commands/index.generated.ts');
  return renderManual(await Promise.all(commands.map((entry) => entry.load())));
}

function ruleTable(checks: readonly AnyCheck[]): string {
  const rules = [...checks.flatMap((check) => Object.entries(check.rules)), ...Object.entries(waiverRules)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return [
    '| rule | level | refuses |',
    '| --- | --- | --- |',
    ...rules.map(([id, meta]) => `| \`${id}\` | ${meta.severity} | ${meta.summary} |`),
  ].join('\n');
}

async function readOptional(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

process.exitCode = await main(process.argv.slice(2));

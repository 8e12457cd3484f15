import { join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

/** Marks the modules that stand for a package in a file of its own. */
const mark = '\0lockgate-lazy:';

/**
 * Packages in CommonJS are evaluated when something of them is first used, and not when the file that holds them is loaded: a run
 * that reads no YAML pays nothing for it.
 * @param apart the packages that are written to files of their own, which are read then, too
 */
export function lazyPackages(apart: readonly string[]): Plugin {
  return {
    name: 'lockgate-lazy-packages',
    resolveId: (id, importer) => {
      if (importer?.startsWith(mark)) return { id, external: true };
      return apart.includes(id) ? `${mark}${id}` : null;
    },
    load: (id) => (id.startsWith(mark) ? `module.exports = require('./${id.slice(mark.length)}.cjs');` : null),
    renderChunk: (code) => withLazyPackages(code),
  };
}

/** Writes each of the packages that stand apart into one file. */
export async function writeApart(packages: readonly string[], folder: string): Promise<void> {
  for (const name of packages) {
    const bundle = await rolldown({ input: { [name]: name }, platform: 'node' });
    await bundle.write({ file: join(folder, `${name}.cjs`), format: 'cjs', exports: 'named', minify: 'dce-only' });
    await bundle.close();
  }
}

/** The bundler evaluates a package in one statement, under a name that it uses for nothing else. */
function withLazyPackages(code: string): string {
  const names: string[] = [];
  const declared = code.replace(/^var (import_[\w$]+) = (.*\brequire_[\w$]+\(\).*);$/gm, (_, name: string, value: string) => {
    names.push(name);
    return `var ${name} = { get package() { return (this.evaluated ??= ${value}); } };`;
  });
  return names.reduce((text, name) => text.replaceAll(`${name}.`, `${name}.package.`), declared);
}

/** The events at which a package manager runs a dependency's scripts. */
export const installEvents = ['preinstall', 'install', 'postinstall'] as const;

const maxWords = 256;

/**
 * The files of a package that its install scripts may start: every word of the commands that names a file, with the endings that
 * Node adds by itself. A guess on the generous side: it decides what is shown, not what is allowed.
 * @param files paths of the package
 */
export function scriptTargets(commands: Iterable<string>, files: ReadonlySet<string>): readonly string[] {
  const targets = new Set<string>();
  for (const command of commands) {
    for (const word of command.slice(0, 16_384).split(/[\s;&|()<>"'`=]+/, maxWords)) {
      const path = word.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
      const found = endings.map((ending) => path + ending).find((candidate) => files.has(candidate));
      if (path !== '' && found !== undefined) targets.add(found);
    }
  }
  return [...targets].sort();
}

const endings = ['', '.js', '.cjs', '.mjs', '/index.js', '/index.cjs', '/index.mjs'];

import { type Insert, appendLines } from './insertion.ts';

const shellLine = 'script-shell=${PWD}/.lockgate/sh';

/** npm's shell for scripts. A relative path would be looked up in each package, a bare name in `node_modules/.bin`. */
export function insertScriptShell(npmrc: string): Insert {
  const lines = npmrc.split(/\r?\n/).map((line) => line.trim());
  if (lines.includes(shellLine)) return { isPresent: true };
  if (lines.some((line) => /^["']?script-shell\b/.test(line)))
    return { refused: '.npmrc has a script-shell of its own: its scripts need that shell' };
  if (lines.some((line) => line.startsWith('['))) return { refused: '.npmrc has sections, in which a further line would not be npm’s' };
  return { insertion: appendLines(npmrc, [shellLine]) };
}

const pluginItem = ['- path: .lockgate/yarn-plugin.cjs', '  spec: "lockgate"'];

/** An entry of `plugins` in yarn's settings. */
export function insertYarnPlugin(yarnrc: string): Insert {
  if (/^\s*-?\s*(?:path:\s*)?["']?\.lockgate\/yarn-plugin\.cjs["']?\s*$/m.test(yarnrc)) return { isPresent: true };
  const list = /^(?:plugins|"plugins"|'plugins')[ \t]*:(.*)$/m.exec(yarnrc);
  if (list === null) return { insertion: appendLines(yarnrc, ['plugins:', ...pluginItem.map((line) => `  ${line}`)]) };
  if (!/^[ \t]*(?:#.*)?\r?$/.test(list[1] ?? '')) return { refused: '.yarnrc.yml has its plugins on one line: write them as a list first' };
  const after = list.index + list[0].length;
  const end = yarnrc.includes('\r\n') ? '\r\n' : '\n';
  const at = yarnrc.indexOf('\n', after) + 1;
  if (at === 0) return { refused: '.yarnrc.yml ends within its plugins' };
  const indentation = /^(?:[ \t]*(?:#.*)?\r?\n)*([ \t]*)-/.exec(yarnrc.slice(at))?.[1] ?? '  ';
  return { insertion: { at, text: pluginItem.map((line) => `${indentation}${line}${end}`).join('') } };
}

const scannerLine = 'scanner = "./.lockgate/bun-scanner.mjs"';

/** bun's scanner, in `[install.security]`. */
export function insertBunScanner(bunfig: string): Insert {
  const lines = bunfig.split(/\r?\n/).map((line) => line.trim());
  if (lines.includes(scannerLine)) return { isPresent: true };
  if (lines.some((line) => /^(?:install\.)?(?:security\.)?["']?scanner\b|^(?:install\.)?security\b|^install\b/.test(line)))
    return { refused: `bunfig.toml has security settings of its own: write ${scannerLine} into [install.security] by hand` };
  const table = /^[ \t]*\[[ \t]*install\.security[ \t]*\][ \t]*(?:#.*)?\r?\n/m.exec(bunfig);
  if (table !== null)
    return { insertion: { at: table.index + table[0].length, text: `${scannerLine}${bunfig.includes('\r\n') ? '\r\n' : '\n'}` } };
  if (/^[ \t]*\[[ \t]*install\.security/m.test(bunfig)) return { refused: 'bunfig.toml ends within [install.security]' };
  return { insertion: appendLines(bunfig, ['[install.security]', scannerLine]) };
}

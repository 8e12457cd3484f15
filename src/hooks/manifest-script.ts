import { type Insert, type Insertion } from './insertion.ts';
import { isRecord, parseJson } from '../model/json.ts';

/**
 * Has a script of `package.json` begin with a command, in the file's own formatting: `preinstall` becomes `command && what was
 * there`, or comes first among the scripts. Refuses a manifest that is no JSON object, and scripts that are no texts.
 */
export function insertScript(manifest: string, script: string, command: string): Insert {
  const problem = problemOf(manifest, script);
  if (problem !== undefined) return { refused: problem };
  const scripts = memberOf(manifest, manifest.indexOf('{'), 'scripts');
  if (scripts === undefined)
    return {
      insertion: newMember(
        manifest,
        manifest.indexOf('{'),
        `"scripts": {${lineOf(manifest, 2)}"${script}": "${command}"${lineOf(manifest, 1)}}`,
        1,
      ),
    };
  const existing = memberOf(manifest, scripts, script);
  if (existing === undefined) return { insertion: newMember(manifest, scripts, `"${script}": "${command}"`, 2) };
  if (manifest.startsWith(`"${command}"`, existing) || manifest.startsWith(`"${command} && `, existing)) return { isPresent: true };
  const isEmpty = manifest.startsWith('""', existing);
  return { insertion: { at: existing + 1, text: isEmpty ? command : `${command} && ` } };
}

function problemOf(manifest: string, script: string): string | undefined {
  const value = parseJson(manifest.replace(/^\ufeff/, ''));
  if (value === undefined) return 'package.json is no JSON';
  if (!isRecord(value)) return 'package.json is no JSON object';
  if (!('scripts' in value)) return undefined;
  const { scripts } = value;
  if (!isRecord(scripts)) return 'scripts in package.json is no object';
  const existing = Object.hasOwn(scripts, script) ? scripts[script] : '';
  return typeof existing === 'string' ? undefined : `the script ${script} in package.json is no text`;
}

/** A member as the first of an object whose brace stands at `brace`, at a depth of the document. */
function newMember(manifest: string, brace: number, member: string, depth: number): Insertion {
  const gap = /^\s*/.exec(manifest.slice(brace + 1))?.[0] ?? '';
  const isEmpty = manifest[brace + 1 + gap.length] === '}';
  if (isEmpty)
    return { at: brace + 1, text: `${lineOf(manifest, depth)}${member}${gap.includes('\n') ? '' : lineOf(manifest, depth - 1)}` };
  return { at: brace + 1, text: `${gap}${member},` };
}

/** A line break and the indentation of a depth; nothing in a document that stands on one line. */
function lineOf(manifest: string, depth: number): string {
  const first = /^\ufeff?\s*\{(\r?\n)([ \t]*)/.exec(manifest);
  return first === null ? '' : (first[1] ?? '\n') + (first[2] ?? '').repeat(depth);
}

/** Where the value of an object's last member of a name begins. `brace` is the object's own. The document is valid JSON. */
function memberOf(manifest: string, brace: number, name: string): number | undefined {
  let depth = 0;
  let found: number | undefined;
  let isKey = true;
  for (let at = brace; at < manifest.length; at++) {
    const char = manifest[at];
    if (char === '"') {
      const end = stringEnd(manifest, at);
      if (depth === 1 && isKey && JSON.parse(manifest.slice(at, end)) === name) found = valueAfter(manifest, end);
      at = end - 1;
    } else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth === 0) return found;
    } else if (depth === 1 && (char === ':' || char === ',')) isKey = char === ',';
  }
  return found;
}

/** Behind the closing quote of the string that begins at `at`. */
function stringEnd(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end + 1;
}

function valueAfter(text: string, end: number): number {
  const colon = text.indexOf(':', end);
  return colon + 1 + (/^\s*/.exec(text.slice(colon + 1))?.[0].length ?? 0);
}

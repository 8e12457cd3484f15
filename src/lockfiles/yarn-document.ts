import { GateError } from '../model/gate-error.ts';
import { isPackageName } from './install-path.ts';
import type { YarnSyntax } from './yarn-syntax.ts';

/** A key of a yarn lockfile: its line, and a text or the keys below it. */
export interface YarnNode {
  readonly line: number;
  readonly text?: string;
  readonly children?: ReadonlyMap<string, YarnNode>;
}

const maxLength = 64 * 1024 * 1024;
/** A lockfile has four levels: entry, field, dependency, its meta. */
const maxDepth = 8;
/** All but the line ends: no name, version or URL holds one, and a terminal would obey it. */
const controlCharacter = /[^\P{Cc}\n\r]|\r(?!\n)/u;
const noChildren: ReadonlyMap<string, YarnNode> = new Map();

/**
 * Reads one of yarn's two line-based formats into a tree. A byte order mark and CRLF are fine; of a key that stands
 * twice the last one counts, as for yarn. Linear in the text and not recursive.
 * @throws GateError `lockfile-invalid` with the line, or `lockfile-too-large`
 */
export function readYarnDocument(text: string, file: string, syntax: YarnSyntax): YarnNode {
  if (text.length > maxLength) throw new GateError('lockfile-too-large', `${file} is larger than ${maxLength / 1024 / 1024} MB`);
  const control = controlCharacter.exec(text);
  if (control !== null) throw invalidLockfile(file, lineAt(text, control.index), 'holds a control character');

  const root: OpenNode = { line: 1, indent: -1 };
  const open: OpenNode[] = [root];
  /** A key of more than 1,024 characters: `? key`, its colon on the next line. */
  let longKey: string | undefined;
  let line = 0;
  for (let start = text.charCodeAt(0) === 0xfeff ? 1 : 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const indent = indentOf(text, start);
    const content = text.slice(start + indent, text[end - 1] === '\r' ? end - 1 : end);
    start = end + 1;
    line += 1;
    if (content === '' || content[0] === '#') continue;

    const read = syntax(content, longKey);
    if ('problem' in read) throw invalidLockfile(file, line, read.problem);
    longKey = 'longKey' in read ? read.longKey : undefined;
    if ('longKey' in read) continue;

    while ((open.at(-1) ?? root).indent >= indent) open.pop();
    const parent = open.at(-1) ?? root;
    parent.childIndent ??= indent;
    if (parent.childIndent !== indent) throw invalidLockfile(file, line, 'is indented unlike the lines before it');
    if (parent.text !== undefined) throw invalidLockfile(file, line, 'stands below a key that has a value');
    if (open.length > maxDepth) throw invalidLockfile(file, line, `is nested deeper than ${maxDepth} levels`);
    const children = (parent.children ??= new Map());
    const node: OpenNode = read.value === undefined ? { line, indent } : { line, indent, text: read.value };
    for (const key of read.keys) children.set(key, node);
    open.push(node);
  }
  if (longKey !== undefined) throw invalidLockfile(file, line, 'is the last one, and its key has no value');
  return root;
}

/** The trouble of a lockfile that cannot be read: what, where, and what helps. */
export function invalidLockfile(file: string, line: number, problem: string, hint?: string): GateError {
  return new GateError('lockfile-invalid', `${file} cannot be read: line ${line} ${problem}`, {
    location: { file, line },
    hint: hint ?? 'restore the file, or let yarn write it again with `yarn install`',
  });
}

/** Refuses an entry whose name would mean something in a path or URL: yarn never writes one. */
export function assertPackageName(name: string, file: string, line: number): void {
  if (isPackageName(name)) return;
  const shown = JSON.stringify(name.slice(0, 200));
  throw invalidLockfile(
    file,
    line,
    `names ${shown}, which can be no package`,
    'find out who changed the lockfile, then let yarn write it again',
  );
}

/** The text of a key below a node, if it has one. */
export function textOf(node: YarnNode, key: string): string | undefined {
  return node.children?.get(key)?.text;
}

/** The keys below a key: an empty map where there are none. */
export function childrenOf(node: YarnNode, key: string): ReadonlyMap<string, YarnNode> {
  return node.children?.get(key)?.children ?? noChildren;
}

/** A node while lines may still be added below it. */
interface OpenNode extends YarnNode {
  children?: Map<string, YarnNode>;
  readonly indent: number;
  childIndent?: number;
}

function indentOf(text: string, start: number): number {
  let end = start;
  while (text[end] === ' ') end += 1;
  return end - start;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

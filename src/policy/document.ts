import { LineCounter, type Node, isAlias, isMap, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Location } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import { didYouMean } from './suggest.ts';

const maxBytes = 1_048_576;

/** A node of the policy file together with the place it stands at: every complaint can point. */
export interface PolicyNode {
  readonly location: Location;
  /** Key path such as `checks.release-age.error-below`, for messages and positions. */
  readonly key: string;
  readonly node: Node | null;
  readonly document: PolicyDocument;
}

export interface PolicyDocument {
  readonly path: string;
  /** What messages call it. */
  readonly title: string;
  readonly locate: (node: Node | null | undefined) => Location;
}

/**
 * Parses a policy file, or another file of the same kind: YAML 1.2 core, data only. Aliases, anchors, tags, duplicate keys and a second
 * document are refused.
 */
export function parsePolicyDocument(text: string, path: string, title = 'the policy'): PolicyNode {
  if (text.length > maxBytes) throw new GateError('policy-invalid', `${path} is larger than 1 MiB`, { location: { file: path, line: 1 } });
  const lines = new LineCounter();
  const parsed = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    merge: false,
    version: '1.2',
    schema: 'core',
    logLevel: 'error',
  });
  const at = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { file: path, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [problem] = parsed.errors;
  if (problem !== undefined) {
    const hint = problem.code === 'DUPLICATE_KEY' ? 'keep one of the two: a second one would silently replace the first' : undefined;
    const message = problem.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? 'is not YAML';
    throw new GateError('policy-invalid', message, { location: at(problem.pos[0]), ...(hint === undefined ? {} : { hint }) });
  }
  const locate = (node: Node | null | undefined): Location => at(node?.range?.[0] ?? 0);
  visit(parsed, {
    Node: (_, node) => {
      if (isAlias(node) || ('anchor' in node && node.anchor !== undefined)) {
        throw new GateError('policy-invalid', `anchors and aliases are not allowed in ${title.replace(/^the /, 'a ')}`, {
          location: locate(node),
          hint: 'write the value out',
        });
      }
    },
  });
  return { location: locate(parsed.contents), key: '', node: parsed.contents, document: { path, title, locate } };
}

/** The entries of a mapping; unknown keys are refused with the nearest known one. An absent or empty node has none. */
export function entriesOf(node: PolicyNode, known?: readonly string[]): ReadonlyMap<string, PolicyNode> {
  if (isEmpty(node)) return new Map();
  if (!isMap(node.node)) throw wrong(node, 'must be a mapping of keys to values');
  const entries = new Map<string, PolicyNode>();
  for (const pair of node.node.items) {
    // yaml types the items of a parsed map loosely; a parsed pair's parts are nodes or null.
    const keyNode = pair.key as Node | null;
    const valueNode = pair.value as Node | null;
    const key = isScalar(keyNode) ? String(keyNode.value) : undefined;
    const location = node.document.locate(keyNode);
    if (key === undefined) throw new GateError('policy-invalid', `${nameOf(node)} has a key that is not a plain word`, { location });
    if (known !== undefined && !known.includes(key)) throw unknownKey(key, node, known, location);
    entries.set(key, { location, key: node.key === '' ? key : `${node.key}.${key}`, node: valueNode, document: node.document });
  }
  return entries;
}

/** The items of a list; an absent node has none. */
export function itemsOf(node: PolicyNode): readonly PolicyNode[] {
  if (isEmpty(node)) return [];
  if (!isSeq(node.node)) throw wrong(node, 'must be a list');
  return node.node.items.map((item, index) => {
    const itemNode = item as Node | null; // a parsed sequence holds nodes or null
    return { location: node.document.locate(itemNode), key: `${node.key}[${index}]`, node: itemNode, document: node.document };
  });
}

/** The plain value of a scalar. */
export function scalarOf(node: PolicyNode): string | number | boolean | null {
  if (node.node === null) return null;
  if (!isScalar(node.node)) throw wrong(node, 'must be a single value');
  const { value } = node.node;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  throw wrong(node, 'must be a text, a number or a truth value');
}

/** A non-empty text. Dates that YAML leaves as text are texts. */
export function textOf(node: PolicyNode): string {
  const value = scalarOf(node);
  if (typeof value !== 'string' || value.trim() === '') throw wrong(node, 'must be a text');
  return value;
}

/** A key without a value, or with null. */
export function isEmpty(node: PolicyNode): boolean {
  return node.node === null || (isScalar(node.node) && node.node.value === null);
}

/** A complaint about a node: what the value must be, where it stands. */
export function wrong(node: PolicyNode, must: string, hint?: string): GateError {
  return new GateError('policy-invalid', `${nameOf(node)} ${must}`, { location: node.location, ...(hint === undefined ? {} : { hint }) });
}

function unknownKey(key: string, parent: PolicyNode, known: readonly string[], location: Location): GateError {
  const near = didYouMean(key, known);
  const place = parent.key === '' ? parent.document.title : parent.key;
  const hint = near === undefined ? `known keys: ${known.slice(0, 20).join(', ')}` : `did you mean ${near}?`;
  return new GateError('policy-invalid', `${place} has no key ${JSON.stringify(key.slice(0, 100))}`, { location, hint });
}

function nameOf(node: PolicyNode): string {
  return node.key === '' ? node.document.title : node.key;
}

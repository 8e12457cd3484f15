import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lockfileFormats } from '../../src/lockfiles/index.generated.ts';
import { lockfileNames, readLockfileText } from '../../src/lockfiles/read-lockfile.ts';
import type { Component } from '../../src/model/component.ts';
import { GateError } from '../../src/model/gate-error.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { barePurl } from '../../src/model/purl.ts';
import type { PartOptions, PartResult } from './part.ts';
import { openProjectFolder, readText } from './project-folder.ts';

/** The right graph of one project: see the corpus' own description of its references. */
interface Reference {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
  readonly ambiguous?: unknown;
}

/** A graph by name and version: copies of one package are one node. */
interface Graph {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
}

interface Difference {
  readonly missingNodes: readonly string[];
  readonly surplusNodes: readonly string[];
  readonly missingEdges: readonly string[];
  readonly surplusEdges: readonly string[];
  /** Differences that touch a node whose identity the reference calls a judgement. */
  readonly accepted: number;
}

interface ProjectResult {
  readonly project: string;
  readonly format?: string;
  readonly error?: string;
  readonly nodes?: number;
  readonly edges?: number;
  readonly facts?: number;
  readonly milliseconds?: number;
  readonly difference?: Difference;
}

const shownDifferences = 20;

/** Compares the graph of every project that has a reference with it. */
export async function run({ directory }: PartOptions): Promise<PartResult> {
  const references = join(directory, 'sbom-reference');
  const names = existsSync(references) ? readdirSync(references).filter((name) => /\.json(?:\.gz)?$/.test(name)) : [];
  const results = names.sort().map((name) => {
    const project = name.replace(/\.json(?:\.gz)?$/, '');
    const reference = JSON.parse(readText(join(references, name))) as Reference; // the corpus is ours
    return runProject(project, join(directory, 'lockfiles', project), reference);
  });
  const failed = results.filter((result) => !isExact(result));
  return {
    name: 'lockfiles',
    passed: results.length - failed.length,
    failed: failed.length,
    lines: results.flatMap(linesOf),
    details: results,
  };
}

function runProject(project: string, directory: string, reference: Reference): ProjectResult {
  if (!existsSync(directory)) return { project, error: 'the corpus has a reference and no project folder' };
  const folder = openProjectFolder(directory);
  const path = lockfileNames(lockfileFormats).find((name) => folder.paths.includes(name));
  const text = path === undefined ? undefined : folder.read(path);
  if (path === undefined || text === undefined) return { project, error: 'no lockfile of a format that can be read' };
  const digest = createHash('sha256').update(text).digest('hex');
  const start = performance.now();
  try {
    const inventory = readLockfileText(lockfileFormats, { path, text, digest, files: folder });
    const milliseconds = Math.round(performance.now() - start);
    const graph = graphOf(inventory);
    return {
      project,
      format: inventory.origin.format,
      nodes: graph.nodes.size,
      edges: graph.edges.size,
      facts: inventory.facts.length,
      milliseconds,
      difference: compare(graph, referenceGraph(reference), purlsIn(reference.ambiguous)),
    };
  } catch (error) {
    // One reader's trouble, even a bug, must not hide what the others do; it is printed and counts as failed.
    const where = error instanceof GateError && error.location !== undefined ? ` (${error.location.file}:${error.location.line})` : '';
    return {
      project,
      error: error instanceof GateError ? `${error.message}${where}` : String(error instanceof Error ? error.stack : error),
    };
  }
}

const root = 'ROOT';

function graphOf(inventory: Inventory): Graph {
  const names = new Map([...inventory.components.values()].map((component) => [component.bomRef, nodeOf(component)]));
  names.set(inventory.root.bomRef, root);
  const edges = new Set<string>();
  for (const [from, list] of inventory.edges) {
    for (const { to } of list) {
      const [source, target] = [names.get(from), names.get(to)];
      if (source === undefined || target === undefined) throw new Error(`the edge ${from} > ${to} leads nowhere`);
      if (source !== target) edges.add(edge(source, target));
    }
  }
  return { nodes: new Set(names.values()), edges };
}

/** The references call a workspace member whose manifest is not in the corpus by its folder. */
function nodeOf({ name, version, purl, source }: Component): string {
  const isUnnamed = source.type === 'workspace' && version === '' && name === source.path;
  return isUnnamed ? `importer:${source.path}` : barePurl(purl);
}

function referenceGraph({ nodes, edges }: Reference): Graph {
  const named = edges.map((text) => {
    const [from = '', to = ''] = text.split('>').map((index) => nodes[Number(index)]);
    return [from, to] as const;
  });
  return { nodes: new Set(nodes), edges: new Set(named.filter(([from, to]) => from !== to).map(([from, to]) => edge(from, to))) };
}

function edge(from: string, to: string): string {
  return `${from} > ${to}`;
}

function compare(graph: Graph, reference: Graph, ambiguous: ReadonlySet<string>): Difference {
  const isSure = (text: string): boolean => !text.split(' > ').some((node) => ambiguous.has(node));
  const all = {
    missingNodes: minus(reference.nodes, graph.nodes),
    surplusNodes: minus(graph.nodes, reference.nodes),
    missingEdges: minus(reference.edges, graph.edges),
    surplusEdges: minus(graph.edges, reference.edges),
  };
  const sure = {
    missingNodes: all.missingNodes.filter(isSure),
    surplusNodes: all.surplusNodes.filter(isSure),
    missingEdges: all.missingEdges.filter(isSure),
    surplusEdges: all.surplusEdges.filter(isSure),
  };
  return { ...sure, accepted: count(all) - count(sure) };
}

function count(difference: Omit<Difference, 'accepted'>): number {
  return Object.values(difference).reduce((sum, list) => sum + list.length, 0);
}

function minus(a: ReadonlySet<string>, b: ReadonlySet<string>): readonly string[] {
  return [...a].filter((item) => !b.has(item)).sort();
}

/** Every purl that is named in `ambiguous`, as key or value: the nodes in question and what is accepted for them. */
function purlsIn(value: unknown): ReadonlySet<string> {
  const purls = new Set<string>();
  const open = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string' && next.startsWith('pkg:')) purls.add(next);
    if (typeof next === 'object' && next !== null)
      open.push(...Object.keys(next), ...(Object.values(next) as unknown[]).filter((item) => item !== undefined));
  }
  return purls;
}

function isExact({ difference }: ProjectResult): boolean {
  return (
    difference !== undefined &&
    difference.missingNodes.length + difference.surplusNodes.length + difference.missingEdges.length + difference.surplusEdges.length === 0
  );
}

function linesOf(result: ProjectResult): readonly string[] {
  const { project, error, difference } = result;
  if (error !== undefined || difference === undefined) return [`FAIL  ${project}: ${error ?? 'not compared'}`];
  const head = `${project} (${result.format}): ${result.nodes} purls, ${result.edges} edges, ${result.facts} facts, ${result.milliseconds} ms`;
  const accepted = difference.accepted === 0 ? '' : `, ${difference.accepted} ambiguous`;
  if (isExact(result)) return [`ok    ${head}${accepted}`];
  return [
    `FAIL  ${head}${accepted}`,
    ...listOf('missing purls', difference.missingNodes),
    ...listOf('surplus purls', difference.surplusNodes),
    ...listOf('missing edges', difference.missingEdges),
    ...listOf('surplus edges', difference.surplusEdges),
  ];
}

function listOf(title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length > shownDifferences ? [`        ... and ${items.length - shownDifferences} more`] : [];
  return [`      ${title}: ${items.length}`, ...items.slice(0, shownDifferences).map((item) => `        ${item}`), ...more];
}

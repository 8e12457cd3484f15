import { describe, expect, it } from 'vitest';
import { packageNodes } from '../../../src/reporters/html/package-graph.ts';
import { blocksOf } from '../../../src/reporters/html/treemap-blocks.ts';
import { component, inventory } from '../../support/inventory.ts';
import { findingFor, pageReport } from './page-report.ts';

const [express, body, bytes, koa, vary, lone, orphan] = ['express', 'body', 'bytes', 'koa', 'vary', 'lone', 'orphan'].map((name) =>
  component(name, '1.0.0'),
);
const all = [express, body, bytes, koa, vary, lone, orphan].flatMap((one) => one ?? []);
const graph = inventory(all, {
  edges: {
    '.': ['node_modules/express', 'node_modules/koa', 'node_modules/lone'],
    'node_modules/express': ['node_modules/body', 'node_modules/vary'],
    'node_modules/body': ['node_modules/bytes'],
    'node_modules/koa': ['node_modules/vary'],
  },
});

describe('the blocks of the map', () => {
  it('put each package once: into its only owner, among the shared, among those that bring nothing, or among the unreached', () => {
    const blocks = blocksOf(packageNodes(pageReport(0, { inventory: graph, findings: [], outcomes: [] })));
    expect(blocks.map(({ title, size, cells }) => [title, size, cells.map(({ label, size: own }) => `${label} ${own}`)])).toEqual([
      ['express@1.0.0', 3, ['body@1.0.0 2', 'express@1.0.0 1']],
      ['Direct, bringing nothing else', 2, ['koa@1.0.0 1', 'lone@1.0.0 1']],
      ['Asked for by nothing', 1, ['orphan@1.0.0 1']],
      ['Shared by several', 1, ['vary@1.0.0 1']],
    ]);
  });

  it('take the worst finding of all that a package brings in, and not of the one that brings it', () => {
    const findings = all.filter(({ name }) => name === 'bytes').map((one) => findingFor(one, 'warning'));
    const [first] = blocksOf(packageNodes(pageReport(0, { inventory: graph, findings, outcomes: [] })));
    expect(first?.level).toBe('warning');
    expect(first?.cells.map(({ label, level }) => `${label} ${level}`)).toEqual(['body@1.0.0 warning', 'express@1.0.0 clean']);
  });

  it('count every package of a large graph exactly once', () => {
    const blocks = blocksOf(packageNodes(pageReport(3000)));
    expect(blocks.reduce((sum, { size }) => sum + size, 0)).toBe(3000);
    for (const { cells, size } of blocks) expect(cells.reduce((sum, cell) => sum + cell.size, 0)).toBe(size);
  });
});

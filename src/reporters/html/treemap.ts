import { plural } from '../summary.ts';
import { licenceGroupWords } from './licence-groups.ts';
import { type Child, type Markup, html } from './markup.ts';
import { type Level, type PackageNode, levels } from './package-graph.ts';
import { type Rect, squarify } from './squarify.ts';
import { type Block, type Cell, blocksOf } from './treemap-blocks.ts';

/** What a level is called in pictures and tables. */
export const levelWords: Readonly<Record<Level, string>> = {
  error: 'Error',
  warning: 'Warning',
  note: 'Note',
  unverified: 'Not verified',
  waived: 'Waived',
  clean: 'Nothing found',
};

/**
 * Every package once, inside the direct dependency that alone brings it in: area is count, colour and pattern the worst finding or
 * the licence category. Two levels deep. Drawn for wide and for narrow screens; a table says the same in text.
 */
export function treemap(nodes: readonly PackageNode[], id: string): Markup {
  const blocks = blocksOf(nodes);
  const used = {
    levels: new Set(nodes.map(({ level }) => level)),
    groups: new Set(blocks.flatMap(({ cells }) => cells.map(({ group }) => group))),
  };
  return html`<div class="map by-level" data-map>
      <fieldset class="switch">
        <legend>Colour by</legend>
        <label><input type="radio" name="${id}-colour" value="level" checked data-colour /><span>Findings</span></label>
        <label><input type="radio" name="${id}-colour" value="group" data-colour /><span>Licence</span></label>
      </fieldset>
      <ul class="legend of-level" aria-label="Colours of findings">
        ${levels.filter((level) => used.levels.has(level)).map((level) => key(`l-${level}`, levelWords[level]))}
      </ul>
      <ul class="legend of-group" aria-label="Colours of licences">
        ${[...licenceGroupWords].filter(([group]) => used.groups.has(group)).map(([group, words]) => key(`c-${group}`, words))}
      </ul>
      ${picture(blocks, wide)} ${picture(blocks, narrow)}
    </div>
    <details class="as-text">
      <summary>The same as a table</summary>
      <div class="scroll" tabindex="0" role="group" aria-label="What each direct dependency brings in">
        <table>
          <thead>
            <tr>
              <th scope="col">Direct dependency</th>
              <th scope="col" class="number">Packages</th>
              <th scope="col">Worst</th>
              <th scope="col">Only it brings in</th>
            </tr>
          </thead>
          <tbody>
            ${blocks.map(textRow)}
          </tbody>
        </table>
      </div>
    </details>`;
}

interface Format {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly gap: number;
  readonly headHeight: number;
  /** Width of one character of the labels. */
  readonly charWidth: number;
  /** Cells with less area are drawn as one. */
  readonly smallest: number;
}

const wide: Format = { name: 'wide', width: 1120, height: 560, gap: 4, headHeight: 20, charWidth: 6.9, smallest: 60 };
const narrow: Format = { name: 'narrow', width: 400, height: 560, gap: 3, headHeight: 18, charWidth: 6.9, smallest: 110 };

function picture(blocks: readonly Block[], format: Format): Markup {
  const { width, height, name } = format;
  const total = blocks.reduce((sum, { size }) => sum + size, 0);
  const largest = blocks.slice(0, 3).map(({ title, size }) => `${title} (${size})`);
  const rects = squarify(
    blocks.map(({ size }) => size),
    { x: 0, y: 0, width, height },
  );
  return html`<svg
    class="${name}"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label="${`Map of ${plural(total, 'package')} by the direct dependency that brings them in. Largest: ${largest.join(', ')}. The table below says the same.`}"
  >
    ${blocks.map((block, index) => drawBlock(block, inset(rects[index] ?? { x: 0, y: 0, width: 0, height: 0 }, format.gap / 2), format))}
  </svg> `;
}

function drawBlock(block: Block, rect: Rect, format: Format): Child {
  if (rect.width < 2 || rect.height < 2) return undefined;
  const hasHead = rect.height > format.headHeight * 2 && rect.width > 44;
  const inner = hasHead ? { ...rect, y: rect.y + format.headHeight, height: rect.height - format.headHeight } : rect;
  const head = fit([`${block.title}  ${block.size}`, ...shorterLabels(block.title)], rect.width - 8, format.charWidth);
  return html`<g data-block="${block.title}"
    ><title>${`${block.title}: ${plural(block.size, 'package')}`}</title><rect class="block" ${place(rect)} rx="4" />${
      hasHead && head !== '' ? html`<text class="head" x="${round(rect.x + 6)}" y="${round(rect.y + 14)}">${head}</text>` : undefined
    }${drawCells(block, inset(inner, 2), format)}</g
  >`;
}

function drawCells(block: Block, into: Rect, format: Format): Child {
  if (into.width < 1 || into.height < 1) return undefined;
  const cells = merged(block.cells, (into.width * into.height) / block.size, format.smallest);
  const rects = squarify(
    cells.map(({ size }) => size),
    into,
  );
  return cells.map((cell, index) => {
    const rect = inset(rects[index] ?? into, 0.5);
    const words = `${cell.label}${cell.size > 1 ? `: ${plural(cell.size, 'package')}` : ''}, ${levelWords[cell.level].toLowerCase()}, ${(licenceGroupWords.get(cell.group) ?? '').toLowerCase()}`;
    const label = rect.height > 15 ? fit(shorterLabels(cell.label), rect.width - 6, format.charWidth * 0.93) : '';
    return html`<g class="l-${cell.level} c-${cell.group}"
      ><title>${words}</title><rect class="fill" ${place(rect)} rx="2" /><rect class="texture" ${place(rect)} rx="2" />${
        label === '' ? undefined : html`<text x="${round(rect.x + 4)}" y="${round(rect.y + 12.5)}">${label}</text>`
      }</g
    >`;
  });
}

/** Cells that would be too small to see become one cell for each level and licence category. */
function merged(cells: readonly Cell[], areaOfOne: number, smallest: number): readonly Cell[] {
  const large = cells.filter(({ size }) => size * areaOfOne >= smallest);
  const small = new Map<string, Cell & { readonly count: number }>();
  for (const cell of cells) {
    if (cell.size * areaOfOne >= smallest) continue;
    const known = small.get(`${cell.level} ${cell.group}`);
    const count = (known?.count ?? 0) + 1;
    small.set(`${cell.level} ${cell.group}`, {
      ...cell,
      count,
      size: (known?.size ?? 0) + cell.size,
      label: count === 1 ? cell.label : `${count} others`,
    });
  }
  return [...large, ...small.values()].toSorted((a, b) => b.size - a.size);
}

function textRow(block: Block): Markup {
  const names = block.cells.slice(block.kind === 'direct' ? 1 : 0);
  const shown = names.slice(0, 12).map(({ label, size }) => (size > 1 ? `${label} (${size})` : label));
  const more = names.length - shown.length;
  const title =
    block.kind === 'direct' || block.kind === 'shared'
      ? html`<a href="#by=${encodeURIComponent(block.kind === 'shared' ? 'several' : block.title)}">${block.title}</a>`
      : block.title;
  return html`<tr>
    <th scope="row">${title}</th>
    <td class="number">${block.size}</td>
    <td>${levelWords[block.level]}</td>
    <td>${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}</td>
  </tr> `;
}

function key(className: string, words: string): Markup {
  return html`<li class="${className}">
    <svg width="22" height="14" aria-hidden="true">
      <rect class="fill" width="22" height="14" rx="3" />
      <rect class="texture" width="22" height="14" rx="3" /></svg
    >${words}
  </li>`;
}

/** The first of these texts that fits, else the last one cut; nothing where three characters do not fit. */
function fit(texts: readonly string[], width: number, charWidth: number): string {
  const room = Math.floor(width / charWidth);
  const fitting = texts.find((text) => text.length <= room);
  return fitting ?? (room < 4 ? '' : `${(texts.at(-1) ?? '').slice(0, room - 1)}…`);
}

/** `@scope/name@1.0.0`, `@scope/name`, `name`. */
function shorterLabels(label: string): readonly string[] {
  const at = label.indexOf('@', 1);
  const name = at === -1 ? label : label.slice(0, at);
  return [label, name, name.startsWith('@') ? name.slice(name.indexOf('/') + 1) : name];
}

function inset(rect: Rect, by: number): Rect {
  return { x: rect.x + by, y: rect.y + by, width: Math.max(0, rect.width - 2 * by), height: Math.max(0, rect.height - 2 * by) };
}

function place({ x, y, width, height }: Rect): Markup {
  return html`x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

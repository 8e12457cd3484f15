import { inertLine } from '../../model/inert.ts';
import { plural } from '../summary.ts';
import { type Markup, html } from './markup.ts';
import { type WayNode, type Ways, waysAsText } from './ways.ts';

const charWidth = 7.3;
const rowHeight = 34;
const columnGap = 44;
const longestLabel = 30;

/** The ways to a package, left to right: one way as a row of names, several as a picture with the same in text. */
export function pathPicture(ways: Ways): Markup {
  const texts = waysAsText(ways, 11);
  const [first] = texts;
  if (first === undefined) return html``;
  const isOne = ways.omitted === 0 && ways.layers.every((layer) => layer.length === 1);
  if (isOne) return wayRow(first);
  const more = ways.omitted > 0 ? `+ ${ways.omitted} more` : '';
  const listed = texts.slice(0, 10).map((way) => html`<li>${way.join(' › ')}</li>`);
  const rest = texts.length > 10 || ways.omitted > 0 ? html`<li>and more ways of the same length</li>` : undefined;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Ways to the package">${drawing(ways)}</div>
    ${more === '' ? undefined : html`<p class="quiet">${more} ${ways.omitted === 1 ? 'package' : 'packages'} on ways of the same length</p>`}
    <details class="as-text">
      <summary>The ways as text</summary>
      <ul class="ways">
        ${listed}${rest}
      </ul>
    </details>`;
}

/** One way as a row of names. */
export function wayRow(labels: readonly string[]): Markup {
  return html`<ol class="way" aria-label="Way from the project to the package">
    ${labels.map((label) => html`<li>${label}</li>`)}
  </ol>`;
}

interface Placed {
  readonly node: WayNode;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function drawing({ layers }: Ways): Markup {
  const height = Math.max(...layers.map((layer) => layer.length)) * rowHeight;
  const placed = new Map<string, Placed>();
  let x = 1;
  for (const layer of layers) {
    const texts = layer.map(({ label }) => shortened(label));
    const width = Math.max(...texts.map((text) => text.length)) * charWidth + 20;
    for (const [row, node] of layer.entries()) {
      const y = (height - layer.length * rowHeight) / 2 + row * rowHeight + 4;
      placed.set(node.ref, { node, text: texts[row] ?? '', x, y, width });
    }
    x += width + columnGap;
  }
  const all = [...placed.values()];
  const width = Math.ceil(x - columnGap + 1);
  const target = layers.at(-1)?.[0]?.ref;
  const edges = all.flatMap((to) => to.node.parents.flatMap((ref) => [curve(placed.get(ref), to)].flat()));
  return html`<svg
    class="paths"
    width="${width}"
    height="${height}"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label="${`Picture of the shortest ways over ${plural(all.length, 'package')}; listed below as text`}"
  >
    <path class="edge" d="${edges.join('')}" />
    ${all.map(
      ({ node, text, x: left, y, width: boxWidth }) =>
        html`<g${node.ref === target ? html` class="target"` : undefined}><title>${node.label}</title><rect x="${round(left)}" y="${round(y)}" width="${round(boxWidth)}" height="26" rx="13"/><text x="${round(left + 10)}" y="${round(y + 17.5)}">${text}</text></g>`,
    )}
  </svg>`;
}

function curve(from: Placed | undefined, to: Placed): string {
  if (from === undefined) return '';
  const [x1, y1, x2, y2] = [from.x + from.width, from.y + 13, to.x, to.y + 13];
  const middle = (x1 + x2) / 2;
  return `M${round(x1)} ${round(y1)}C${round(middle)} ${round(y1)} ${round(middle)} ${round(y2)} ${round(x2)} ${round(y2)}`;
}

/** Long names keep their start and their end, where the version is. */
function shortened(label: string): string {
  const text = inertLine(label, 300);
  return text.length <= longestLabel ? text : `${text.slice(0, 16)}…${text.slice(-13)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

import type { RepositoryState } from '../fleet/audit-summary.ts';
import { type Markup, html } from '../reporters/html/markup.ts';
import { type TrendPoint, auditsShown } from './site-source.ts';

const [width, height] = [240, 40];
/** Bars are as wide as if there had been so many audits at least: two bars make no picture. */
const fewest = 12;
/** Heights that say the state without its colour: a pass is low, doubt is half way, errors begin above it. */
const flat: Readonly<Record<RepositoryState, number>> = { pass: 3, inconclusive: 9, failed: 9, fail: 12 };

/**
 * A repository over the last audits, one bar for each, the newest at the right. All sparklines of a page have one logarithmic scale.
 * @param most the most errors of any repository in any of the audits
 */
export function spark(trend: readonly (TrendPoint | undefined)[], most: number): Markup {
  const slots = Math.max(fewest, Math.min(trend.length, auditsShown));
  const step = width / slots;
  const first = slots - trend.length;
  return html`<svg class="spark" viewBox="0 0 ${width} ${height}" role="img" aria-label="${inWords(trend)}">
    <line class="axis" x1="0" x2="${width}" y1="${height - 0.5}" y2="${height - 0.5}" />
    ${trend.map((point, index) => (point === undefined ? undefined : bar(point, (first + index) * step, step, most)))}
  </svg>`;
}

function bar({ state, errors }: TrendPoint, x: number, step: number, most: number): Markup {
  const tall = flat[state] + (state === 'fail' ? Math.round((height - 2 - flat.fail) * share(errors, most)) : 0);
  const inset = state === 'failed' ? 0.5 : 0;
  return html`<rect
    class="v-${state}"
    x="${round(x + 1 + inset)}"
    y="${height - tall - inset}"
    width="${round(step - 2 - 2 * inset)}"
    height="${tall}"
  />`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function share(errors: number, most: number): number {
  return most <= 1 ? 1 : Math.log2(1 + errors) / Math.log2(1 + most);
}

function inWords(trend: readonly (TrendPoint | undefined)[]): string {
  const known = trend.flatMap((point) => (point === undefined ? [] : [point]));
  const words = known.slice(-10).map(({ state, errors }) => (state === 'fail' ? `${errors}` : state === 'pass' ? '0' : state));
  return known.length < 2 ? 'No earlier audit to compare with' : `Errors in the last ${words.length} audits: ${words.join(', ')}`;
}

/** The most errors of any repository in any audit that is drawn. */
export function mostErrors(trends: Iterable<readonly (TrendPoint | undefined)[]>): number {
  let most = 1;
  for (const trend of trends) for (const point of trend) most = Math.max(most, point?.errors ?? 0);
  return most;
}

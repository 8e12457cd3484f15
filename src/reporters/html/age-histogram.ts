import type { AgeLimits, PackageFacts } from '../../model/package-facts.ts';
import { formatDuration } from '../../model/units.ts';
import { plural } from '../summary.ts';
import { type Markup, html } from './markup.ts';

const day = 86_400_000;
const year = 365.25 * day;
/** Half-doublings from six hours to about 23 years: fine enough to see a shape, coarse enough to count. */
const edges: readonly number[] = Array.from({ length: 32 }, (_, index) => (day / 4) * 2 ** (index / 2));
const [width, height, base] = [1120, 220, 184];
const left = 8;

/** How old the versions in use are, on a logarithmic scale, with the ages that the policy asks for. */
export function ageHistogram(packages: readonly PackageFacts[], now: number, limits: AgeLimits | undefined): Markup {
  const ages = packages.flatMap(({ publishedAt }) => (publishedAt === undefined ? [] : [now - publishedAt])).sort((a, b) => a - b);
  if (ages.length === 0) return html`<p>No publish date is known for any package.</p>`;
  const bins = binned(ages);
  const most = Math.max(...bins);
  const young = limits === undefined ? 0 : ages.filter((age) => !(age >= limits.warning)).length;
  const sentence = [
    `Half of the versions are older than ${formatDuration(ages[Math.floor(ages.length / 2)] ?? 0)}.`,
    limits === undefined
      ? ''
      : `${young === 0 ? 'None is' : plural(young, 'version') + (young === 1 ? ' is' : ' are')} younger than the ${limitWords(limits.warning)} that the policy asks for.`,
    packages.length > ages.length ? `${plural(packages.length - ages.length, 'package')} without a known date.` : '',
  ];
  return html`<p>${sentence.filter((part) => part !== '').join(' ')}</p>
    <div class="scroll" tabindex="0" role="group" aria-label="Ages of versions">
      <svg
        class="ages"
        viewBox="0 0 ${width} ${height}"
        role="img"
        aria-label="Histogram of the versions’ ages on a logarithmic scale; the table below says the same"
      >
        ${bins.map((count, index) => bar(count, index, most, limits))}
        <line class="axis" x1="0" x2="${width}" y1="${base}" y2="${base}" />
        ${ticks.map(([at, words]) => html`<line class="axis" x1="${position(at)}" x2="${position(at)}" y1="${base}" y2="${base + 5}" /><text x="${position(at)}" y="${base + 21}" text-anchor="middle">${words}</text>`)}
        ${limits === undefined ? undefined : html`<line class="limit" x1="${position(limits.warning)}" x2="${position(limits.warning)}" y1="8" y2="${base}" /><text class="limit" x="${position(limits.warning) + 7}" y="18">cooldown: ${limitWords(limits.warning)}</text>`}
      </svg>
    </div>
    <details class="as-text">
      <summary>The same as a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Age</th>
            <th scope="col" class="number">Packages</th>
          </tr>
        </thead>
        <tbody>
          ${ranges(ages)}
        </tbody>
      </table>
    </details>`;
}

const ticks: readonly (readonly [number, string])[] = [
  [day, '1 day'],
  [7 * day, '1 week'],
  [30.44 * day, '1 month'],
  [91.3 * day, '3 months'],
  [year, '1 year'],
  [3 * year, '3 years'],
  [10 * year, '10 years'],
];

function binned(ages: readonly number[]): readonly number[] {
  const bins = edges.map(() => 0);
  for (const age of ages) {
    const index = Math.max(
      0,
      edges.findLastIndex((edge) => age >= edge),
    );
    bins[index] = (bins[index] ?? 0) + 1;
  }
  return bins;
}

function bar(count: number, index: number, most: number, limits: AgeLimits | undefined): Markup | undefined {
  if (count === 0) return undefined;
  const from = edges[index] ?? 0;
  const tall = Math.max(2, (count / most) * (base - 46));
  const step = (width - 2 * left) / edges.length;
  const isYoung = limits !== undefined && from < limits.warning;
  return html`<g${isYoung ? html` class="young"` : undefined}><title>${`${plural(count, 'package')}, from ${formatDuration(from)}`}</title><rect x="${round(left + index * step + 1.5)}" y="${round(base - tall)}" width="${round(step - 3)}" height="${round(tall)}" rx="2"/><text x="${round(left + (index + 0.5) * step)}" y="${round(base - tall - 7)}" text-anchor="middle">${count}</text></g>
`;
}

/** Where an age stands on the axis. */
function position(age: number): number {
  const first = edges[0] ?? day;
  const steps = Math.min(edges.length, Math.max(0, 2 * Math.log2(Math.max(age, 1) / first)));
  return round(left + (steps / edges.length) * (width - 2 * left));
}

function ranges(ages: readonly number[]): readonly Markup[] {
  const limits: readonly (readonly [string, number, number])[] = [
    ['less than a day', -Infinity, day],
    ['a day to a week', day, 7 * day],
    ['a week to a month', 7 * day, 30.44 * day],
    ['a month to a year', 30.44 * day, year],
    ['1 to 3 years', year, 3 * year],
    ['3 to 10 years', 3 * year, 10 * year],
    ['more than 10 years', 10 * year, Infinity],
  ];
  return limits.map(([words, from, to]) => {
    const count = ages.filter((age) => age >= from && age < to).length;
    return html`<tr>
      <th scope="row">${words}</th>
      <td class="number">${count}</td>
    </tr>`;
  });
}

/** A limit as a policy would write it: whole days stay days. */
function limitWords(limit: number): string {
  const count = limit / day;
  return Number.isInteger(count) && count > 1 ? `${count} days` : formatDuration(limit);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

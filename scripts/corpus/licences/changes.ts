import { classifyLicenceChange } from '../../../src/licences/change.ts';
import type { Bar } from './bar.ts';
import { shareBar } from './bar.ts';

interface Item {
  readonly id: string;
  readonly from: { readonly license: string };
  readonly to: { readonly license: string };
  readonly expect: { readonly class: string };
}

/** The class of each change. */
export function scoreChanges(items: unknown): readonly Bar[] {
  const all = items as readonly Item[]; // the corpus' own shape
  const misses = all.flatMap(({ id, from, to, expect }) => {
    const found = classifyLicenceChange(published(from.license), published(to.license));
    return found === expect.class ? [] : [`${id} ${from.license} -> ${to.license}: ${found}, should be ${expect.class}`];
  });
  return [shareBar('changes: class', all.length, misses, 0.95)];
}

/** The corpus writes a published array with bars between its elements. */
function published(licence: string): unknown {
  return licence.includes(' | ') ? licence.split(' | ') : licence;
}

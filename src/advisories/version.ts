import { compareVersions } from '../model/version-order.ts';

/** Before every version, prereleases of 0.0.0 included: what OSV writes as `introduced: "0"`. */
export const beginning = '0';

const semanticVersion = /^\d{1,16}\.\d{1,16}\.\d{1,16}(?:-[0-9A-Za-z.-]{1,256})?(?:\+[0-9A-Za-z.-]{1,256})?$/;

/** Whether versions can be put in order with this one. */
export function isSemantic(version: string): boolean {
  return semanticVersion.test(version);
}

/**
 * A version of an OSV event in full: `v1.2` is 1.2.0, as databases write it at times. Undefined for what has no place in
 * the order of versions.
 */
export function eventVersion(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const match = /^v?(\d{1,16})(?:\.(\d{1,16}))?(?:\.(\d{1,16}))?((?:-[0-9A-Za-z.-]{1,256})?(?:\+[0-9A-Za-z.-]{1,256})?)$/.exec(text);
  if (match === null) return undefined;
  const [, major = '0', minor = '0', patch = '0', rest = ''] = match;
  return `${major}.${minor}.${patch}${rest}`;
}

/** The highest of some versions, by semantic precedence. */
export function highest(versions: readonly string[]): string | undefined {
  return versions.reduce<string | undefined>((best, one) => (best === undefined || compareVersions(one, best) > 0 ? one : best), undefined);
}

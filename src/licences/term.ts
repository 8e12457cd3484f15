import { licenceIds } from './spdx-list.ts';

/** One licence as an expression or a policy names it. */
export interface LicenceTerm {
  /** An SPDX id in list case, `LicenseRef-…`, or `DocumentRef-…:LicenseRef-…`. Never a deprecated id with a successor. */
  readonly id: string;
  /** The taker may choose any later version: `-or-later`, or `+` on a licence that has versions. */
  readonly orLater: boolean;
  /** An SPDX exception id in list case, or `AdditionRef-…`. */
  readonly exception?: string;
}

/** One exact licence version that a term offers to the taker or that a policy accepts. */
export interface LicenceOption {
  /** The id without `-only` and `-or-later`. */
  readonly licence: string;
  readonly exception?: string;
}

/** Writes a term as SPDX does. */
export function formatTerm(term: LicenceTerm): string {
  const plus = term.orLater && !term.id.endsWith('-or-later') ? '+' : '';
  return `${term.id}${plus}${term.exception === undefined ? '' : ` WITH ${term.exception}`}`;
}

/**
 * The exact versions that a term stands for, oldest first. Families never mix, and a version that nobody has published is
 * not offered. A licence without later versions is its own only option.
 */
export function optionsOf(term: LicenceTerm): readonly LicenceOption[] {
  const licence = withoutRange(term.id);
  const later = term.orLater ? laterVersions(licence) : [licence];
  return later.map((id) => (term.exception === undefined ? { licence: id } : { licence: id, exception: term.exception }));
}

/** One string for one option, to compare by; the parts after the reference prefixes match without regard to case. */
export function optionKey(option: LicenceOption): string {
  return (option.exception === undefined ? option.licence : `${option.licence} WITH ${option.exception}`).toLowerCase();
}

/** Whether "or later" means anything for this licence: a clause count (`BSD-3-Clause`) is not a version. */
export function hasVersions(id: string): boolean {
  return families.has(withoutRange(id));
}

function withoutRange(id: string): string {
  return id.replace(/-(?:only|or-later)$/, '');
}

function laterVersions(licence: string): readonly string[] {
  const family = families.get(licence);
  return family === undefined ? [licence] : family.slice(family.indexOf(licence));
}

/** Licences whose text lets the taker go on to a later version, each family oldest first. */
const versionFamilies: readonly (readonly string[])[] = [
  ['GPL-1.0', 'GPL-2.0', 'GPL-3.0'],
  ['LGPL-2.0', 'LGPL-2.1', 'LGPL-3.0'],
  ['AGPL-1.0', 'AGPL-3.0'],
  ['GFDL-1.1', 'GFDL-1.2', 'GFDL-1.3'],
  ['GFDL-1.1-invariants', 'GFDL-1.2-invariants', 'GFDL-1.3-invariants'],
  ['GFDL-1.1-no-invariants', 'GFDL-1.2-no-invariants', 'GFDL-1.3-no-invariants'],
  ['MPL-1.0', 'MPL-1.1', 'MPL-2.0'],
  ['NPL-1.0', 'NPL-1.1'],
  ['EPL-1.0', 'EPL-2.0'],
  ['Apache-1.0', 'Apache-1.1', 'Apache-2.0'],
  ['CDDL-1.0', 'CDDL-1.1'],
  ['EUPL-1.0', 'EUPL-1.1', 'EUPL-1.2'],
  ['OSL-1.0', 'OSL-1.1', 'OSL-2.0', 'OSL-2.1', 'OSL-3.0'],
  ['AFL-1.1', 'AFL-1.2', 'AFL-2.0', 'AFL-2.1', 'AFL-3.0'],
  ['CECILL-1.0', 'CECILL-1.1', 'CECILL-2.0', 'CECILL-2.1'],
  ['LPPL-1.0', 'LPPL-1.1', 'LPPL-1.2', 'LPPL-1.3a', 'LPPL-1.3c'],
  ...creativeCommons(),
];

const families: ReadonlyMap<string, readonly string[]> = new Map(
  versionFamilies.flatMap((family) => family.map((id): [string, readonly string[]] => [id, family])),
);

/** Creative Commons licences are one family per set of elements; ported ids (`CC-BY-3.0-AT`) stand alone. */
function creativeCommons(): readonly (readonly string[])[] {
  const sets = new Map<string, string[]>();
  for (const id of licenceIds) {
    const elements = /^(CC-BY(?:-NC)?(?:-ND|-SA)?)-\d\.\d$/.exec(id)?.[1];
    if (elements !== undefined) sets.set(elements, [...(sets.get(elements) ?? []), id].sort());
  }
  return [...sets.values()];
}

import data from './categories.json' with { type: 'json' };

/** What a licence asks of the taker, mildest first; `content` is for works that are not software, whatever it asks. */
export const licenceCategories = [
  'public-domain',
  'permissive',
  'weak-copyleft',
  'strong-copyleft',
  'network-copyleft',
  'source-available',
  'non-commercial',
  'content',
] as const;
export type LicenceCategory = (typeof licenceCategories)[number];

const categoryById: ReadonlyMap<string, LicenceCategory> = new Map(
  licenceCategories.flatMap((category) => data.categories[category].map((id): [string, LicenceCategory] => [id, category])),
);

/** The category of an SPDX id in list case, or undefined: an uncategorised licence is in no category. */
export function categoryOf(id: string): LicenceCategory | undefined {
  return categoryById.get(id.replace(/-(?:only|or-later)$/, ''));
}

/** Whether a word names a category. */
export function isLicenceCategory(word: string): word is LicenceCategory {
  return (licenceCategories as readonly string[]).includes(word); // widened to ask about any string
}

/** The SPDX ids of a category, without `-only` and `-or-later`. */
export function idsOfCategory(category: LicenceCategory): readonly string[] {
  return data.categories[category];
}

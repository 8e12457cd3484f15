import { licenceAtAddress } from './address.ts';
import { readLicenceName } from './name.ts';

/** Only so much of what is left over is searched for names. */
const maximumWords = 1500;
const longestName = 10;

/**
 * The licences that texts name or link, as SPDX ids, sorted. A name has to say its version; "GPL" alone is no reference to
 * one licence.
 */
export function findReferences(texts: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const text of texts) {
    for (const match of text.matchAll(/https?:\/\/[^\s"'<>()[\]]{1,200}/g)) {
      const licence = licenceAtAddress(match[0].replace(/[.,;:]+$/, ''));
      if (licence !== undefined) found.add(licence);
    }
    for (const licence of namesIn(text)) found.add(licence);
  }
  return [...found].sort();
}

function namesIn(text: string): readonly string[] {
  const words = text.split(/\s+/, maximumWords);
  const found: string[] = [];
  for (let place = 0; place < words.length; place += 1) {
    if (!starters.test(words[place] ?? '')) continue;
    for (let length = longestName; length > 0; length -= 1) {
      const name = words.slice(place, place + length).join(' ');
      const reading = readLicenceName(name);
      if (reading?.kind !== 'exact' || !saysLicence(name)) continue;
      found.push(reading.licence);
      place += length - 1;
      break;
    }
  }
  return found;
}

const starters =
  /^["'“(<]*(?:apache|mit|bsd|[234]-clause|isc|gnu|a?gpl|l?gpl|mozilla|mpl|eclipse|epl|creative|cc|cc0|cc-|boost|artistic|sil|ofl|unlicense|wtfpl|zlib|business|elastic|server)/i;

/** A lone word such as "MIT" or "boost" in running text may be a university or a verb. */
function saysLicence(name: string): boolean {
  return /licen[sc]e|\d/i.test(name) || /^["'“(<]*(?:a|l)?gpl/i.test(name);
}

import type { Scope } from '../model/component.ts';
import type { Inventory } from '../model/inventory.ts';
import { contentsOf } from './contents.ts';
import { addToJson } from './cyclonedx-additions.ts';
import type { DocumentOptions } from './cyclonedx-bom.ts';
import { bomOf, loadLibrary } from './cyclonedx-bom.ts';
import type { CycloneDxVersion } from './cyclonedx-terms.ts';
import type { EnrichmentMap } from './enrichment.ts';
import { nilSerialNumber, serialNumberOf } from './serial-number.ts';
import { writeXml } from './xml.ts';

export interface CycloneDxOptions extends DocumentOptions {
  /** Version of the specification; 1.6 unless said otherwise. */
  readonly spec?: CycloneDxVersion;
  readonly format?: 'json' | 'xml';
  /** One component per package (default) or one per installed copy. */
  readonly by?: 'purl' | 'path';
  /** Scopes to leave out, with everything that only they lead to. */
  readonly omit?: ReadonlySet<Scope>;
  readonly enrichment?: EnrichmentMap;
}

/**
 * Writes an inventory as a CycloneDX document (ECMA-424 for 1.6), JSON or XML.
 *
 * The same inventory and options give the same bytes: lists are sorted by code unit, the serial number is derived from the
 * content, the timestamp is the caller's. Peers count as `required`, dev dependencies as `excluded`.
 * XML holds what the library has a model for; JSON also has evidence, pedigree, compositions and authors of components.
 */
export async function toCycloneDX(inventory: Inventory, options: CycloneDxOptions): Promise<string> {
  return writeCycloneDX(inventory, options);
}

/** `toCycloneDX` for callers that cannot wait: the library is loaded while they stand still. */
export function writeCycloneDX(inventory: Inventory, options: CycloneDxOptions): string {
  const { spec = '1.6', format = 'json', by = 'purl', omit = new Set<Scope>(), isReproducible = false } = options;
  const contents = contentsOf(inventory, { by, omit, ...(options.enrichment === undefined ? {} : { enrichment: options.enrichment }) });
  const library = loadLibrary();
  const bom = bomOf(library, { inventory, contents, spec, options });
  if (!isReproducible) bom.serialNumber = nilSerialNumber;
  const { JSON: json, XML: xml } = library.Serialize;
  const text =
    format === 'xml'
      ? writeXml(new xml.Normalize.Factory(library.specOf(spec)).makeForBom().normalize(bom, {}))
      : writeJson(
          addToJson(new json.Normalize.Factory(library.specOf(spec)).makeForBom().normalize(bom, {}), { inventory, contents, spec }),
        );
  return isReproducible ? text : withSerialNumber(text);
}

function writeJson(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Replaces the nil UUID, whose first place is the document's head, by one that is derived from everything else in it. */
function withSerialNumber(text: string): string {
  return text.replace(nilSerialNumber, serialNumberOf(text));
}

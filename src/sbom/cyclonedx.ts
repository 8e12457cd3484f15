import type { Scope } from '../model/component.ts';
import type { Inventory } from '../model/inventory.ts';
import { contentsOf } from './contents.ts';
import type { DocumentOptions } from './cyclonedx-bom.ts';
import { bomOf } from './cyclonedx-bom.ts';
import type { Bom } from './cyclonedx-shape.ts';
import type { CycloneDxVersion } from './cyclonedx-terms.ts';
import { xmlOf } from './cyclonedx-xml.ts';
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
 * JSON also has what XML leaves out: evidence, pedigree, compositions and authors of components.
 */
export async function toCycloneDX(inventory: Inventory, options: CycloneDxOptions): Promise<string> {
  return writeCycloneDX(inventory, options).text;
}

/** A document as it is written, beside what it says: `JSON.parse` of the JSON form gives an equal value. */
export interface WrittenBom {
  readonly text: string;
  readonly bom: Bom;
}

/** `toCycloneDX` for callers that go on with what was written, or cannot wait. */
export function writeCycloneDX(inventory: Inventory, options: CycloneDxOptions): WrittenBom {
  const { spec = '1.6', format = 'json', by = 'purl', omit = new Set<Scope>(), isReproducible = false } = options;
  const contents = contentsOf(inventory, { by, omit, ...(options.enrichment === undefined ? {} : { enrichment: options.enrichment }) });
  const bom = bomOf({ inventory, contents, spec, options, ...(isReproducible ? {} : { serialNumber: nilSerialNumber }) });
  const text = format === 'xml' ? writeXml(xmlOf(bom)) : `${JSON.stringify(bom, null, 2)}\n`;
  if (isReproducible) return { text, bom };
  // The nil UUID, whose first place is the document's head, gives way to one that is derived from everything else.
  const serialNumber = serialNumberOf(text);
  return { text: text.replace(nilSerialNumber, serialNumber), bom: { ...bom, serialNumber } };
}

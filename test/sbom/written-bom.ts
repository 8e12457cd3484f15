import { toCycloneDX } from '../../src/sbom/cyclonedx.ts';
import { tool, workshop } from './inventories.ts';

/** What the tests read of a written document. */
export interface Bom {
  readonly serialNumber?: string;
  readonly metadata: { readonly component: BomComponent; readonly timestamp?: string; readonly properties: readonly Property[] };
  readonly components: readonly BomComponent[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
  readonly compositions: readonly { readonly aggregate: string; readonly dependencies: readonly string[] }[];
}
interface Property {
  readonly name: string;
  readonly value: string;
}
export interface BomComponent {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly group?: string;
  readonly version?: string;
  readonly purl: string;
  readonly scope: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly unknown[];
  readonly properties?: readonly Property[];
  readonly externalReferences?: readonly { readonly type: string; readonly url: string; readonly hashes?: readonly unknown[] }[];
  readonly pedigree?: unknown;
  readonly authors?: unknown;
  readonly author?: string;
  readonly evidence?: { readonly occurrences: readonly unknown[] };
}

export async function bomOf(...[inventory, options]: Parameters<typeof toCycloneDX> | [Parameters<typeof toCycloneDX>[0]]): Promise<Bom> {
  return JSON.parse(await toCycloneDX(inventory, options ?? { tool })) as Bom;
}

export async function componentOf(name: string, options: Partial<Parameters<typeof toCycloneDX>[1]> = {}): Promise<BomComponent> {
  const bom = await bomOf(workshop, { tool, ...options });
  const found = bom.components.find(
    (component) => `${component.group === undefined ? '' : `${component.group}/`}${component.name}` === name,
  );
  if (found === undefined) throw new Error(`no component ${name}`);
  return found;
}

export function propertyOf(component: BomComponent, name: string): readonly string[] {
  return (component.properties ?? []).filter((property) => property.name === name).map((property) => property.value);
}

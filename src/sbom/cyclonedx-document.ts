import { isRecord } from '../model/json.ts';
import { GateError } from '../model/gate-error.ts';
import type { CycloneDxVersion } from './cyclonedx-terms.ts';
import { cyclonedxVersions } from './cyclonedx-terms.ts';
import { depthOf } from './json-schema.ts';

/** A JSON object that was read from outside: nothing is known about its members. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A parsed CycloneDX document, with its form proven as far as its header goes. */
export interface CycloneDxDocument {
  readonly version: CycloneDxVersion;
  readonly json: JsonObject;
}

/** A component of a document, wherever it is nested, with the JSON pointer to it. */
export interface PlacedComponent {
  readonly json: JsonObject;
  readonly pointer: string;
}

const largestDocument = 256 * 1024 * 1024;
const deepestDocument = 100;

/**
 * Parses CycloneDX JSON, versions 1.4 to 1.7, written by any tool. `name` is what to call the file in an error.
 * Throws `GateError` (`input-invalid`) for anything else, for documents of more than 256 Mi characters and for absurd nesting.
 */
export function parseCycloneDX(text: string, name: string): CycloneDxDocument {
  if (text.length > largestDocument) throw invalid(name, 'is larger than 256 MiB');
  const json = parseJson(text.startsWith('\uFEFF') ? text.slice(1) : text, name);
  if (!isRecord(json) || json['bomFormat'] !== 'CycloneDX') {
    throw invalid(name, 'is not a CycloneDX document', 'CycloneDX JSON has "bomFormat": "CycloneDX"; XML and SPDX are not read');
  }
  const version = cyclonedxVersions.find((known) => known === json['specVersion']);
  if (version === undefined) throw invalid(name, `has an unknown specVersion; known are ${cyclonedxVersions.join(', ')}`);
  if (depthOf(json, deepestDocument) > deepestDocument) throw invalid(name, `is nested more than ${deepestDocument} levels deep`);
  return { version, json };
}

/** Every component of a document: the root (`metadata.component`) first, then all others in document order, nested ones after their parent. */
export function componentsIn({ json }: CycloneDxDocument): readonly PlacedComponent[] {
  const found: PlacedComponent[] = [];
  const metadata = objectIn(json, 'metadata');
  const root = metadata === undefined ? undefined : objectIn(metadata, 'component');
  const open: PlacedComponent[] = placed(objectsIn(json, 'components'), '/components').toReversed();
  if (root !== undefined) open.push({ json: root, pointer: '/metadata/component' });
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    open.push(...placed(objectsIn(next.json, 'components'), `${next.pointer}/components`).toReversed());
  }
  return found;
}

/** The text under a key, or undefined for anything else. */
export function textIn(object: JsonObject, key: string): string | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** The object under a key, or undefined for anything else. */
export function objectIn(object: JsonObject, key: string): JsonObject | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return isRecord(value) ? value : undefined;
}

/** The objects in the list under a key; anything else in it keeps its index as an empty object. */
export function objectsIn(object: JsonObject, key: string): readonly JsonObject[] {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (!Array.isArray(value)) return [];
  return value.every(isRecord) ? value : value.map((item: unknown) => (isRecord(item) ? item : {}));
}

/** The texts in the list under a key. */
export function textsIn(object: JsonObject, key: string): readonly string[] {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (!Array.isArray(value)) return [];
  return value.every(isText) ? value : value.filter(isText);
}

/** The values of a component's or document's properties with one name. */
export function propertiesNamed(object: JsonObject, name: string): readonly string[] {
  return objectsIn(object, 'properties').flatMap((property) =>
    textIn(property, 'name') === name ? (textIn(property, 'value') ?? []) : [],
  );
}

/** The name as npm writes it: CycloneDX keeps a scope apart, as the group. */
export function fullName(component: JsonObject): string {
  const group = textIn(component, 'group') ?? '';
  const name = textIn(component, 'name') ?? '';
  return group === '' ? name : `${group}/${name}`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function placed(objects: readonly JsonObject[], pointer: string): PlacedComponent[] {
  return objects.map((json, index) => ({ json, pointer: `${pointer}/${index}` }));
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(name, `is not JSON: ${error.message}`);
    throw error;
  }
}

function invalid(name: string, what: string, hint?: string): GateError {
  return new GateError('input-invalid', `${name} ${what}`, hint === undefined ? {} : { hint });
}

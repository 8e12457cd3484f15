import type {
  Bom,
  BomComponent,
  BomContact,
  BomDependency,
  BomHash,
  BomLicence,
  BomMetadata,
  BomOrganisation,
  BomReference,
  BomTool,
} from './cyclonedx-shape.ts';
import type { XmlElement } from './xml.ts';

/**
 * The XML form of a document (the elements in the order of its XSD): everything but evidence, pedigree, compositions, the list
 * of authors that 1.6 brought, and a second digest of one algorithm.
 */
export function xmlOf(bom: Bom): XmlElement {
  return {
    name: 'bom',
    namespace: `http://cyclonedx.org/schema/bom/${bom.specVersion}`,
    attributes: { version: bom.version, serialNumber: bom.serialNumber },
    children: [
      metadataOf(bom.metadata),
      element('components', bom.components.map(componentOf)),
      element('dependencies', bom.dependencies.map(dependencyOf)),
    ],
  };
}

function metadataOf({ timestamp, lifecycles, tools, authors, component, supplier, properties }: BomMetadata): XmlElement {
  return element('metadata', [
    ...optionalText('timestamp', timestamp),
    ...list('lifecycles', lifecycles, ({ phase }) => element('lifecycle', [text('phase', phase)])),
    element('tools', 'components' in tools ? [element('components', tools.components.map(toolComponentOf))] : tools.map(toolOf)),
    ...list('authors', authors, (author) => element('author', contactOf(author))),
    componentOf(component),
    ...(supplier === undefined ? [] : [organisationOf(supplier)]),
    ...propertiesOf(properties),
  ]);
}

function toolOf({ name, version }: BomTool): XmlElement {
  return element('tool', [...optionalText('name', name), ...optionalText('version', version)]);
}

function toolComponentOf({ type, name, version }: BomTool): XmlElement {
  return element('component', [text('name', name), ...optionalText('version', version)], { type });
}

function componentOf(component: BomComponent): XmlElement {
  const { type, supplier, author, publisher, group, name, version, description, scope } = component;
  const children = [
    ...(supplier === undefined ? [] : [organisationOf(supplier)]),
    ...optionalText('author', author),
    ...optionalText('publisher', publisher),
    ...optionalText('group', group),
    text('name', name),
    ...optionalText('version', version),
    ...optionalText('description', description),
    text('scope', scope),
    ...hashesOf(component.hashes),
    ...list('licenses', component.licenses, licenceOf),
    text('purl', component.purl),
    ...list('externalReferences', component.externalReferences?.filter(hasAnyUri), referenceOf),
    ...propertiesOf(component.properties),
  ];
  return element('component', children, { type, 'bom-ref': component['bom-ref'] });
}

function organisationOf({ name, url = [], contact = [] }: BomOrganisation): XmlElement {
  const urls = url.filter(isAnyUri).map((one) => text('url', one));
  return element('supplier', [...optionalText('name', name), ...urls, ...contact.map((one) => element('contact', contactOf(one)))]);
}

function contactOf({ name, email }: BomContact): readonly XmlElement[] {
  return [...optionalText('name', name), ...optionalText('email', email)];
}

function hashesOf(hashes: readonly BomHash[] | undefined): readonly XmlElement[] {
  const firstOfEach = hashes?.filter(({ alg }, index) => hashes.findIndex((other) => other.alg === alg) === index);
  return list('hashes', firstOfEach, ({ alg, content }) => ({ ...text('hash', content), attributes: { alg } }));
}

function licenceOf(licence: BomLicence): XmlElement {
  if ('expression' in licence) {
    const { expression, acknowledgement } = licence;
    return { ...text('expression', expression), attributes: { acknowledgement } };
  }
  const { acknowledgement, ...named } = licence.license;
  return element('license', ['id' in named ? text('id', named.id) : text('name', named.name)], { acknowledgement });
}

function referenceOf({ type, url, hashes }: BomReference): XmlElement {
  return element('reference', [text('url', url), ...hashesOf(hashes)], { type });
}

function propertiesOf(properties: BomComponent['properties']): readonly XmlElement[] {
  return list('properties', properties, ({ name, value }) => ({ ...text('property', value), attributes: { name } }));
}

function dependencyOf({ ref, dependsOn = [] }: BomDependency): XmlElement {
  const children = dependsOn.map((to): XmlElement => ({ name: 'dependency', attributes: { ref: to } }));
  return element('dependency', children, { ref });
}

function element(name: string, children: readonly XmlElement[], attributes: XmlElement['attributes'] = {}): XmlElement {
  return { name, attributes, children };
}

/** A list of elements below one of its own, which is not there for an empty list. */
function list<T>(name: string, items: readonly T[] | undefined, write: (item: T) => XmlElement): readonly XmlElement[] {
  return items === undefined || items.length === 0 ? [] : [element(name, items.map(write))];
}

function optionalText(name: string, value: string | undefined): readonly XmlElement[] {
  return value === undefined ? [] : [text(name, value)];
}

/** The schema's texts are of the type `normalizedString`, which has no line breaks and no tabs. */
function text(name: string, value: string): XmlElement {
  return { name, children: value.replaceAll(/\r\n|[\t\n\r]/g, ' ') };
}

function hasAnyUri({ url }: BomReference): boolean {
  return isAnyUri(url);
}

/** What libxml2 and Xerces take for an `anyURI`: one fragment at most, and only a scheme before the first colon. */
function isAnyUri(url: string): boolean {
  const [address = '', , ...more] = url.split('#', 3);
  const colon = address.indexOf(':');
  return url !== '' && more.length === 0 && (colon === -1 || /^[a-z][a-z0-9+.-]*$/i.test(address.slice(0, colon)));
}

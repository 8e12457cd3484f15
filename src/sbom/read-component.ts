import type { Component, PlatformConstraint, Scope, Source } from '../model/component.ts';
import { bomRef } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import type { Hash, Integrity } from '../model/integrity.ts';
import { hashAlgorithms, hashFromHex, integrityOf } from '../model/integrity.ts';
import { purlOf } from '../model/purl.ts';
import type { JsonObject, PlacedComponent } from './cyclonedx-document.ts';
import { fullName, objectIn, objectsIn, propertiesNamed, textIn } from './cyclonedx-document.ts';
import { cyclonedxHashNames, lockgateProperties as ours, npmProperties as official } from './cyclonedx-terms.ts';
import { parsePurl } from './purl-parts.ts';

/** What is known of the document around a component. */
export interface Context {
  readonly path: string;
  readonly lines: ReadonlyMap<string, number>;
}

/** Reads one CycloneDX component. Throws `GateError` (`input-invalid`) for one that has no usable identity. */
export function componentOf({ json, pointer }: PlacedComponent, { path, lines }: Context): Component {
  const ref = textIn(json, 'bom-ref');
  const location = { file: path, line: lines.get(ref ?? '') ?? 1 };
  const { name, version, alias, qualifiers } = identityOf(json, () => location);
  const source = sourceOf(json, { name, version, qualifiers });
  const integrity = integrityIn(json);
  const licence = licenceIn(json);
  const [deprecated] = propertiesNamed(json, ours.deprecated);
  const aliases = propertiesNamed(json, ours.alias);
  const importedAs = aliases[0] ?? alias;
  const platform = platformIn(json);
  const engines = enginesIn(json);
  const patches = propertiesNamed(json, ours.patch).map((patch) => (patch === 'built-in' ? {} : { path: patch }));
  const has = (property: string): boolean => propertiesNamed(json, property).includes('true');
  return {
    bomRef: bomRef(ref ?? pointer),
    purl: purlOf(name, version, source),
    name,
    version,
    source,
    scope: scopeOf(json),
    location,
    ...(integrity === undefined ? {} : { integrity }),
    ...(licence === undefined ? {} : { licence }),
    ...(importedAs === undefined ? {} : { alias: importedAs }),
    ...(deprecated === undefined ? {} : { deprecated }),
    ...(platform === undefined ? {} : { platform }),
    ...(engines === undefined ? {} : { engines }),
    ...(patches.length === 0 ? {} : { patches }),
    ...(has(ours.installScript) ? { hasInstallScript: true } : {}),
    ...(has(official.bundled) ? { isBundled: true as const } : {}),
    ...(has(official.isPrivate) ? { isPrivate: true as const } : {}),
  };
}

// Names and versions with them exist for one purpose only: to show a reader something else than what is there.
const hasControl = /[\u0000-\u001f\u007f-\u009f]/; // oxlint-disable-line no-control-regex

interface Identity {
  readonly name: string;
  readonly version: string;
  readonly alias?: string;
  readonly qualifiers: ReadonlyMap<string, string>;
}

/** The purl decides, but for letter case: several tools lower it in purls and keep it in names. Another name is an alias. */
function identityOf(json: JsonObject, at: () => Component['location']): Identity {
  const named = fullName(json);
  const version = textIn(json, 'version') ?? '';
  const purl = textIn(json, 'purl');
  const fault = [named, version, purl ?? ''].find((text) => hasControl.test(text));
  if (fault !== undefined) throw new GateError('input-invalid', `${JSON.stringify(fault)} holds control characters`, { location: at() });
  if (purl === undefined && named === '') throw new GateError('input-invalid', 'a component has neither name nor purl', { location: at() });
  if (purl === undefined) return { name: named, version, qualifiers: new Map() };
  const parts = parsePurl(purl);
  if (parts === undefined) throw new GateError('input-invalid', `${purl} is not a package URL`, { location: at() });
  if (version !== '' && parts.version !== '' && parts.version !== version) {
    throw new GateError('input-invalid', `${named} has the version ${version} and a purl that says ${parts.version}`, { location: at() });
  }
  const inPurl = parts.namespace === '' ? parts.name : `${parts.namespace}/${parts.name}`;
  const isSame = inPurl.toLowerCase() === named.toLowerCase();
  return {
    name: isSame ? named : inPurl,
    version: version === '' ? parts.version : version,
    qualifiers: parts.qualifiers,
    ...(isSame || named === '' ? {} : { alias: named }),
  };
}

function sourceOf(json: JsonObject, { name, version, qualifiers }: Omit<Identity, 'alias'>): Source {
  const [kind] = propertiesNamed(json, ours.source);
  const [path] = propertiesNamed(json, ours.sourcePath);
  if ((kind === 'workspace' || kind === 'file') && path !== undefined) return { type: kind, path };
  const [installPath] = propertiesNamed(json, official.path);
  const isMember = kind === undefined && installPath !== undefined && installPath !== '' && !/(?:^|\/)node_modules\//.test(installPath);
  if (isMember) return { type: 'workspace', path: installPath }; // as npm's own tools write the members of a repository
  const vcs = qualifiers.get('vcs_url');
  const references = objectsIn(json, 'externalReferences');
  const url =
    qualifiers.get('download_url') ?? textIn(references.find((reference) => textIn(reference, 'type') === 'distribution') ?? {}, 'url');
  if (vcs !== undefined) return gitSource(vcs, '@');
  if (url === undefined) return { type: 'registry' };
  if (/^git(?:\+[a-z]+)?:/.test(url)) return gitSource(url, '#');
  if (url.startsWith('file:')) return { type: 'file', path: url.slice('file:'.length) };
  // Where registries put tarballs: `<name>/-/<file>`; anything else is a tarball from elsewhere.
  const isRegistry =
    kind === undefined && (url.includes(`/${name}/-/`) || url.includes(`/${encodeURIComponent(name)}/-/`) || url.endsWith(`/${version}`));
  return isRegistry ? { type: 'registry', url } : { type: 'tarball', url };
}

/** `vcs_url` ends in `@commit`, npm's own URLs in `#commit`. */
function gitSource(text: string, separator: '@' | '#'): Source {
  const at = text.lastIndexOf(separator);
  const commit = at === -1 ? '' : text.slice(at + 1);
  const url = (isCommit: boolean): string => (isCommit ? text.slice(0, at) : text).replace(/^git\+/, '');
  return /^[0-9a-f]{7,64}$/i.test(commit) ? { type: 'git', url: url(true), commit } : { type: 'git', url: url(false) };
}

/** Digests of the component and of its distribution: writers put them on the one, the other or both. */
function integrityIn(json: JsonObject): Integrity | undefined {
  const distributions = objectsIn(json, 'externalReferences').filter((reference) => textIn(reference, 'type') === 'distribution');
  const hashes = [json, ...distributions].flatMap((holder) => objectsIn(holder, 'hashes'));
  return integrityOf(
    hashes.flatMap((hash): readonly Hash[] => {
      const algorithm = hashAlgorithms.find((known) => cyclonedxHashNames[known] === textIn(hash, 'alg'));
      const read = algorithm === undefined ? undefined : hashFromHex(algorithm, textIn(hash, 'content') ?? '');
      return read === undefined ? [] : [read];
    }),
  );
}

/** Several licences side by side are taken as "all of them": the reading that grants least. */
function licenceIn(json: JsonObject): string | undefined {
  const texts = objectsIn(json, 'licenses').flatMap((choice) => {
    const licence = objectIn(choice, 'license') ?? {};
    return textIn(choice, 'expression') ?? textIn(licence, 'id') ?? textIn(licence, 'name') ?? [];
  });
  if (texts.length < 2) return texts[0];
  return texts.map((text) => (/ (?:OR|AND) /.test(text) ? `(${text})` : text)).join(' AND ');
}

function scopeOf(json: JsonObject): Scope {
  if (propertiesNamed(json, official.development).includes('true') || textIn(json, 'scope') === 'excluded') return 'dev';
  if (textIn(json, 'scope') === 'optional') return 'optional';
  return propertiesNamed(json, ours.scope).includes('peer') ? 'peer' : 'required';
}

function platformIn(json: JsonObject): PlatformConstraint | undefined {
  const entries = (['os', 'cpu', 'libc'] as const).flatMap((key) => {
    const [value] = propertiesNamed(json, `${ours.platform}${key}`);
    return value === undefined ? [] : [[key, value.split(',')] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function enginesIn(json: JsonObject): Readonly<Record<string, string>> | undefined {
  const entries = objectsIn(json, 'properties').flatMap((property) => {
    const name = textIn(property, 'name') ?? '';
    return name.startsWith(official.engine) ? [[name.slice(official.engine.length), textIn(property, 'value') ?? ''] as const] : [];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Whether a component is of another ecosystem, or no package at all. */
export function isForeign(json: JsonObject): boolean {
  const purl = textIn(json, 'purl');
  if (purl !== undefined) return !/^pkg:\/*npm\//i.test(purl);
  return textIn(json, 'type') !== 'library' && textIn(json, 'type') !== 'framework' && textIn(json, 'type') !== 'application';
}

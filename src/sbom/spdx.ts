import type { Scope } from '../model/component.ts';
import type { HashAlgorithm } from '../model/integrity.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Milliseconds } from '../model/units.ts';
import type { SbomContents, SbomEntry } from './contents.ts';
import { compareText, contentsOf } from './contents.ts';
import type { EnrichmentMap, Party } from './enrichment.ts';
import { relativePath } from './entry-properties.ts';
import { licenceChoice } from './licence-choice.ts';
import { publicUrl } from './public-url.ts';
import { nilSerialNumber, serialNumberOf } from './serial-number.ts';

export interface SpdxOptions {
  readonly by?: 'purl' | 'path';
  readonly omit?: ReadonlySet<Scope>;
  /** When the SBOM was made. SPDX demands a time: without one it says 1970-01-01T00:00:00Z. */
  readonly timestamp?: Milliseconds;
  readonly enrichment?: EnrichmentMap;
  readonly authors?: readonly Party[];
  readonly supplier?: Party;
  readonly tool: { readonly name: string; readonly version: string };
}

/**
 * Writes an inventory as SPDX 2.3 JSON. The same inventory and options give the same bytes.
 *
 * Every package says what it depends on: a list, `NONE`, or, where the lockfile leaves something open, `NOASSERTION` beside
 * what is known. A licence that SPDX does not know is kept under a `LicenseRef` with its text. Licences are declared, never concluded.
 */
export function toSpdx(inventory: Inventory, options: SpdxOptions): string {
  const { by = 'purl', omit = new Set<Scope>(), enrichment, tool } = options;
  const contents = contentsOf(inventory, { by, omit, ...(enrichment === undefined ? {} : { enrichment }) });
  const ids = spdxIds([contents.root, ...contents.entries]);
  const licences = new LicenceRefs();
  const { root } = contents;
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: root.component.version === '' ? root.component.name : `${root.component.name}@${root.component.version}`,
    // The convention for documents that have no home of their own.
    documentNamespace: `https://spdx.org/spdxdocs/${encodeURIComponent(root.component.name.toWellFormed())}-${nilSerialNumber.slice('urn:uuid:'.length)}`,
    creationInfo: {
      created: new Date(options.timestamp ?? 0).toISOString().replace(/\.\d{3}Z$/, 'Z'),
      creators: [`Tool: ${tool.name}-${tool.version}`, ...(options.authors ?? []).map(personOf)],
      ...(contents.doubts.length === 0 ? {} : { comment: `The graph is uncertain: ${contents.doubts.join('; ')}` }),
    },
    packages: [root, ...contents.entries].map((entry) => packageOf(entry, { id: ids.get(entry.ref) ?? '', isRoot: entry === root, licences, supplier: options.supplier })), // prettier-ignore
    relationships: relationshipsOf(contents, ids),
    hasExtractedLicensingInfos: licences.extracted(),
  };
  const text = `${JSON.stringify(document, null, 2)}\n`;
  const nil = nilSerialNumber.slice('urn:uuid:'.length);
  return text.replace(`-${nil}`, `-${serialNumberOf(text).slice('urn:uuid:'.length)}`);
}

interface PackageContext {
  readonly id: string;
  readonly isRoot: boolean;
  readonly licences: LicenceRefs;
  readonly supplier: Party | undefined;
}

function packageOf(entry: SbomEntry, { id, isRoot, licences, supplier: rootSupplier }: PackageContext): object {
  const { component, copies, enrichment, integrity, licence, purl } = entry;
  const supplier = isRoot ? rootSupplier : enrichment.supplier?.value;
  const homepage = enrichment.homepage === undefined ? undefined : publicUrl(enrichment.homepage.value);
  const places = [...new Set(copies.map(({ location }) => `${relativePath(location.file)}:${location.line}`))];
  return {
    SPDXID: id,
    name: component.name,
    ...(component.version === '' ? {} : { versionInfo: component.version }),
    primaryPackagePurpose: isRoot ? 'APPLICATION' : 'LIBRARY',
    downloadLocation: downloadLocationOf(entry),
    filesAnalyzed: false,
    supplier: supplier === undefined ? 'NOASSERTION' : organisationOf(supplier),
    ...(enrichment.author === undefined ? {} : { originator: personOf(enrichment.author.value) }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(integrity === undefined
      ? {}
      : { checksums: integrity.value.map(({ algorithm, digest }) => ({ algorithm: checksumNames[algorithm], checksumValue: digest })) }),
    sourceInfo: `locked in ${places.join(', ')}`,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: licences.expressionOf(licence?.value ?? ''),
    copyrightText: 'NOASSERTION',
    ...(enrichment.description === undefined ? {} : { description: enrichment.description.value }),
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }, ...attestationsOf(entry)],
  };
}

/** SPDX 2.3 has no category for attestations. */
function attestationsOf({ enrichment: { attestations, build } }: SbomEntry): readonly object[] {
  const url = attestations === undefined ? undefined : publicUrl(attestations.value);
  if (url === undefined) return [];
  const reference = { referenceCategory: 'OTHER', referenceType: 'attestation', referenceLocator: url };
  if (build === undefined) return [reference];
  const { repository, commit, workflow } = build.value;
  return [{ ...reference, comment: `${build.from}: built from ${repository} at ${commit} by ${workflow}` }];
}

function relationshipsOf({ root, entries }: SbomContents, ids: ReadonlyMap<string, string>): readonly object[] {
  const relation = (from: string, relationshipType: string, to: string): object => ({
    spdxElementId: from,
    relationshipType,
    relatedSpdxElement: to,
  });
  const relations = [relation('SPDXRef-DOCUMENT', 'DESCRIBES', ids.get(root.ref) ?? '')];
  for (const { ref, dependsOn, gaps } of [root, ...entries]) {
    const from = ids.get(ref) ?? '';
    for (const to of dependsOn) relations.push(relation(from, 'DEPENDS_ON', ids.get(to) ?? ''));
    if (gaps.length > 0) relations.push(relation(from, 'DEPENDS_ON', 'NOASSERTION'));
    else if (dependsOn.length === 0) relations.push(relation(from, 'DEPENDS_ON', 'NONE'));
  }
  return relations;
}

/** SPDX ids allow letters, digits, dots and hyphens only; two packages that come out alike are counted apart. */
function spdxIds(entries: readonly SbomEntry[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const ids = new Map<string, string>();
  for (const { ref, component } of entries) {
    const wanted = `SPDXRef-Package-${`${component.name}-${component.version}`.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}`;
    const count = (counts.get(wanted) ?? 0) + 1;
    counts.set(wanted, count);
    // `..` never comes from a name and a semantic version, so a counted id meets no other one.
    ids.set(ref, count === 1 && !wanted.includes('..') ? wanted : `${wanted}..${count}`);
  }
  return ids;
}

/** SPDX writes a repository as `git+https://host/path@commit`. */
function downloadLocationOf({ component: { source }, tarball }: SbomEntry): string {
  if (source.type === 'git') {
    const url = publicUrl(source.url);
    if (url === undefined) return 'NOASSERTION';
    return `${url.startsWith('git') ? '' : 'git+'}${url}${source.commit === undefined ? '' : `@${source.commit}`}`;
  }
  return tarball?.value ?? 'NOASSERTION';
}

function personOf({ name, email }: Party): string {
  return `Person: ${name}${email === undefined ? '' : ` (${email})`}`;
}

function organisationOf({ name, email }: Party): string {
  return `Organization: ${name}${email === undefined ? '' : ` (${email})`}`;
}

/** Turns raw licences into SPDX expressions and remembers the texts that only a `LicenseRef` can stand for. */
class LicenceRefs {
  readonly #idByText = new Map<string, string>();
  readonly #named = new Set<string>();

  expressionOf(raw: string): string {
    const choice = licenceChoice(raw);
    if (choice === undefined) return 'NOASSERTION';
    if (choice.kind === 'id') return choice.id;
    // A reference into another document would need that document's checksum, which nobody has.
    if (choice.kind === 'expression' && !choice.expression.includes('DocumentRef-')) {
      for (const [ref] of choice.expression.matchAll(/LicenseRef-[A-Za-z0-9.-]+/g)) this.#named.add(ref);
      return choice.expression;
    }
    const text = choice.kind === 'name' ? choice.name : choice.expression;
    const id = this.#idByText.get(text) ?? `LicenseRef-lockgate-${this.#idByText.size + 1}`;
    this.#idByText.set(text, id);
    return id;
  }

  extracted(): readonly object[] {
    const own = [...this.#idByText].map(([text, licenseId]) => ({ licenseId, name: text, extractedText: text }));
    const named = [...this.#named]
      .filter((id) => !own.some(({ licenseId }) => licenseId === id))
      .map((licenseId) => ({ licenseId, extractedText: `The package names ${licenseId}; its text is not in the lockfile.` }));
    return [...own, ...named].sort((a, b) => compareText(a.licenseId, b.licenseId));
  }
}

const checksumNames = { sha512: 'SHA512', sha384: 'SHA384', sha256: 'SHA256', sha1: 'SHA1', md5: 'MD5' } as const satisfies Record<HashAlgorithm, string>; // prettier-ignore

import { type Span, scanMembers } from '../collectors/json-bytes.ts';
import { isRecord } from '../model/json.ts';
import { parseInstant } from '../model/units.ts';
import { type JsonWriter, createJsonWriter } from './json-writer.ts';
import { movedTags } from './moved-tags.ts';
import type { OpenPackument } from './open-packument.ts';

export interface PackumentView {
  /** Versions that are left out, with their times; tags that point to them move. */
  readonly hidden: ReadonlySet<string>;
  readonly form: 'full' | 'abbreviated';
  /** Where clients fetch a version's tarball. */
  readonly tarballOf: (version: string, announced: string | undefined) => string;
}

/** Writes the document as clients shall see it: `application/json` in full, or what `application/vnd.npm.install-v1+json` names. */
export function renderPackument(packument: OpenPackument, view: PackumentView): Buffer {
  const { body, members, versions } = packument;
  const kept = [...versions].filter(([version]) => !view.hidden.has(version));
  const writer = createJsonWriter(body.length + kept.length * 256 + 1_024);
  const times = keptTimes(packument, view.hidden);
  const object = openObject(writer);
  for (const [key, span] of members) {
    if (rewritten.has(key) || (view.form === 'abbreviated' && key !== 'name')) continue;
    object.member(key, () => writer.copy(body, span));
  }
  object.member('dist-tags', () => writer.text(JSON.stringify(tagsOf(packument, view.hidden))));
  if (view.form === 'full' && times !== undefined) object.member('time', () => writer.text(JSON.stringify(times)));
  const modified = times?.['modified'] ?? packument.get('modified');
  if (typeof modified === 'string' && (view.form === 'abbreviated' || members.has('modified'))) {
    object.member('modified', () => writer.text(JSON.stringify(modified)));
  }
  object.member('versions', () => {
    const list = openObject(writer);
    for (const [version, span] of kept) writeManifest(packument, version, span, view, list, writer);
    list.end();
  });
  object.end();
  return writer.end();
}

/** One version's manifest as the document would list it. */
export function renderManifest(packument: OpenPackument, version: string, view: PackumentView): Buffer | undefined {
  const span = packument.versions.get(version);
  const members = span === undefined ? undefined : scanMembers(packument.body, span[0]);
  if (span === undefined || members === undefined) return undefined;
  const writer = createJsonWriter(span[1] - span[0] + 512);
  writeMembers(packument.body, members, version, view, writer);
  return writer.end();
}

/** The dist-tags once these versions are gone. */
export function tagsOf(packument: OpenPackument, hidden: ReadonlySet<string>): Readonly<Record<string, string>> {
  const tags = packument.get('dist-tags');
  const kept = [...packument.versions.keys()].filter((version) => !hidden.has(version));
  return Object.fromEntries(movedTags(isRecord(tags) ? Object.entries(tags) : [], kept));
}

/** Written here and not copied. */
const rewritten: ReadonlySet<string> = new Set(['versions', 'time', 'dist-tags', 'modified']);

/** Source: npm registry API, abbreviated version object. `hasInstallScript` is added to them. */
const abbreviatedFields: ReadonlySet<string> = new Set([
  'name', 'version', 'deprecated', 'dependencies', 'optionalDependencies', 'devDependencies', 'bundleDependencies',
  'bundledDependencies', 'peerDependencies', 'peerDependenciesMeta', 'acceptDependencies', 'bin', 'directories', 'dist', 'engines',
  'os', 'cpu', 'libc', 'funding', '_hasShrinkwrap', 'hasInstallScript',
]); // prettier-ignore

/** `time` without what is hidden. `modified` is then that of the newest kept version: clients skip their own age checks by it. */
function keptTimes(packument: OpenPackument, hidden: ReadonlySet<string>): Readonly<Record<string, unknown>> | undefined {
  const time = packument.get('time');
  if (!isRecord(time)) return undefined;
  const kept = Object.entries(time).filter(([key, instant]) => typeof instant === 'string' && !hidden.has(key));
  if (hidden.size === 0) return Object.fromEntries(kept);
  const instants = kept.flatMap(([key, instant]) => (packument.versions.has(key) ? (parseInstant(instant) ?? []) : []));
  const newest = instants.reduce((latest, instant) => Math.max(latest, instant), Number.NEGATIVE_INFINITY);
  return Object.fromEntries(
    kept.map(([key, instant]) => (key === 'modified' && Number.isFinite(newest) ? [key, new Date(newest).toISOString()] : [key, instant])),
  );
}

function writeManifest(
  { body, places }: OpenPackument,
  version: string,
  span: Span,
  view: PackumentView,
  list: ObjectWriter,
  writer: JsonWriter,
): void {
  const tarball = view.form === 'full' ? places(version).tarball : undefined;
  if (tarball !== undefined) {
    list.member(version, () => {
      writer.copy(body, [span[0], tarball[0]]);
      writer.text(JSON.stringify(view.tarballOf(version, textAt(body, tarball))));
      writer.copy(body, [tarball[1], span[1]]);
    });
    return;
  }
  const members = scanMembers(body, span[0]);
  // No object is no manifest: no client could use it.
  if (members !== undefined) list.member(version, () => writeMembers(body, members, version, view, writer));
}

function writeMembers(body: Buffer, members: ReadonlyMap<string, Span>, version: string, view: PackumentView, writer: JsonWriter): void {
  const object = openObject(writer);
  const isAbbreviated = view.form === 'abbreviated';
  for (const [key, span] of members) {
    if (isAbbreviated && !abbreviatedFields.has(key)) continue;
    object.member(key, () => (key === 'dist' ? writeDist(body, span, version, view, writer) : writer.copy(body, span)));
  }
  if (isAbbreviated && !members.has('hasInstallScript') && hasInstallScript(body, members.get('scripts'))) {
    object.member('hasInstallScript', () => writer.text('true'));
  }
  object.end();
}

function writeDist(body: Buffer, span: Span, version: string, view: PackumentView, writer: JsonWriter): void {
  const members = scanMembers(body, span[0]);
  if (members === undefined) {
    writer.copy(body, span);
    return;
  }
  const object = openObject(writer);
  for (const [key, value] of members) if (key !== 'tarball') object.member(key, () => writer.copy(body, value));
  const announced = members.get('tarball');
  object.member('tarball', () =>
    writer.text(JSON.stringify(view.tarballOf(version, announced === undefined ? undefined : textAt(body, announced)))),
  );
  object.end();
}

function textAt(body: Buffer, span: Span): string | undefined {
  const value: unknown = JSON.parse(body.toString('utf8', ...span));
  return typeof value === 'string' ? value : undefined;
}

function hasInstallScript(body: Buffer, scripts: Span | undefined): boolean {
  const events = scripts === undefined ? undefined : scanMembers(body, scripts[0]);
  return events !== undefined && ['preinstall', 'install', 'postinstall'].some((event) => events.has(event));
}

interface ObjectWriter {
  readonly member: (key: string, writeValue: () => void) => void;
  readonly end: () => void;
}

function openObject(writer: JsonWriter): ObjectWriter {
  let separator = '{';
  return {
    member: (key, writeValue) => {
      writer.text(`${separator}${JSON.stringify(key)}:`);
      separator = ',';
      writeValue();
    },
    end: () => writer.text(separator === '{' ? '{}' : '}'),
  };
}

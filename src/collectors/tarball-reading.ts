import { createHash } from 'node:crypto';
import type { Release } from '../evidence/packument.ts';
import type { Tarball, TarballContent } from '../evidence/tarball.ts';
import { isLicenceFile } from '../licences/licence-file.ts';
import { readLicenceField } from '../licences/field.ts';
import type { CollectContext, Observation, UnavailableReason } from '../model/evidence.ts';
import type { HttpOutcome } from '../model/http.ts';
import { type HashAlgorithm, type Integrity, formatIntegrity, integrityOf } from '../model/integrity.ts';
import { bundledScripts, isBundledManifest } from '../tarballs/bundled-scripts.ts';
import { readPackedManifest } from '../tarballs/packed-manifest.ts';
import { type PackageReading, type ReadPackage, readPackage } from '../tarballs/read-package.ts';
import { installEvents, scriptTargets } from '../tarballs/script-targets.ts';
import { toolFileKind } from '../tarballs/tool-files.ts';
import type { CollectorPorts } from './ports.ts';
import { tarballAddress } from './tarball-address.ts';
import { decodeTarball, encodeTarball } from './tarball-record.ts';

/** Which bytes are wanted, and what they have to be. */
export interface TarballRequest {
  readonly name: string;
  readonly version: string;
  /** The digests that the bytes have to have; without them whatever comes is taken. */
  readonly integrity?: Integrity;
  /** What the registry's document says about this version. */
  readonly release?: Release;
}

export type TarballPorts = Pick<CollectorPorts, 'http' | 'registries' | 'facts' | 'isOffline'>;

/** The largest published packages have about 100 MB. */
const maxBytes = 256 * 1024 * 1024;
/** Facts of another shape live under another key. */
const recordVersion = 2;

/**
 * Learns what a version's tarball holds: from the facts of an earlier run where these very bytes were read, else over the metadata
 * client, which brings caps, deadline, retries and the rule that credentials stay with their host. The digests come first: bytes
 * that are not the locked ones are not unpacked. Other bytes, and bytes that are no archive, are knowledge.
 */
export async function readTarball(request: TarballRequest, ports: TarballPorts, context: CollectContext): Promise<Observation<Tarball>> {
  const registry = ports.registries.registryFor(request.name);
  const host = new URL(registry).host;
  const key = recordKey(request);
  const record = key === undefined ? undefined : ports.facts.get(key);
  const remembered = record === undefined ? undefined : decodeTarball(record.text);
  if (record !== undefined && remembered !== undefined) return known(remembered, record.writtenAt, host);
  if (ports.isOffline) return unavailable('offline', 'nothing is remembered of its tarball', host);

  const address = tarballAddress(request.name, request.version, registry, request.release?.tarball);
  const outcome = await ports.http.get(address, {
    // It is compressed already, and a second layer would make other bytes of it.
    headers: { accept: '*/*', 'accept-encoding': 'identity' },
    signal: context.signal,
    maxBytes,
    maxDecodedBytes: maxBytes,
  });
  const answer = bodyOf(outcome, host);
  if ('state' in answer) return answer;
  const observation = await judge(answer, request, host, context.signal);
  if (key !== undefined && observation.state === 'known' && observation.value.status !== 'different')
    ports.facts.put(key, encodeTarball(observation.value), context.now);
  return observation.state === 'known' ? known(observation.value, context.now, host) : observation;
}

/** Only bytes that a digest names are the same for ever. */
function recordKey({ name, version, integrity }: TarballRequest): string | undefined {
  return integrity === undefined ? undefined : JSON.stringify(['tarball', recordVersion, name, version, formatIntegrity(integrity)]);
}

interface Answer {
  readonly body: Buffer;
  readonly url: string;
  /** A server or proxy on the way compressed it again, so that it may not be what was published. */
  readonly isRecoded: boolean;
}

function bodyOf(outcome: HttpOutcome, host: string): Answer | Observation<never> {
  if (outcome.type === 'failed') return unavailable(outcome.reason, outcome.detail, host);
  const { status, body, url, headers } = outcome;
  if (status === 200) return { body, url, isRecoded: !['identity', ''].includes(headers.get('content-encoding') ?? '') };
  // No address: what one registry does to a thousand tarballs is said once.
  const detail = `${host} answers ${status} to the question for a tarball`;
  if (status === 429) return unavailable('rate-limited', detail, host);
  if ([401, 403, 410, 451].includes(status)) return unavailable('forbidden', detail, host);
  return unavailable(status >= 500 ? 'server-error' : 'malformed', detail, host);
}

type Judged = { readonly state: 'known'; readonly value: Tarball } | Extract<Observation<never>, { state: 'unavailable' }>;

async function judge({ body, url, isRecoded }: Answer, request: TarballRequest, host: string, signal: AbortSignal): Promise<Judged> {
  const digests = digestsOf(body, request.integrity);
  const facts = { url, digests, size: body.length };
  if (request.integrity !== undefined && !isEveryDigestMet(request.integrity, digests)) {
    if (isRecoded) return unavailable('malformed', `${url} came compressed a second time, so that its digest cannot be proven`, host);
    return { state: 'known', value: { status: 'different', ...facts } };
  }
  const reading = await readTwice(body, signal);
  switch (reading.status) {
    case 'read':
      return { state: 'known', value: { status: 'read', ...facts, ...contentOf(reading.package) } };
    case 'damaged':
      // Without a digest it may be the line that damaged them.
      return request.integrity === undefined
        ? unavailable('malformed', `${url}: ${reading.problem}`, host)
        : { state: 'known', value: { status: 'damaged', ...facts, problem: reading.problem } };
    case 'too-large':
      return unavailable('too-large', `${url}: ${reading.problem}`, host);
    case 'aborted':
      return unavailable('deadline', 'the deadline of the run passed while its tarball was read', host);
  }
}

function digestsOf(body: Buffer, wanted: Integrity | undefined): Integrity {
  const algorithms = new Set<HashAlgorithm>(['sha512', 'sha1', ...(wanted ?? []).map(({ algorithm }) => algorithm)]);
  const hashes = [...algorithms].map((algorithm) => ({ algorithm, digest: createHash(algorithm).update(body).digest('hex') }));
  const digests = integrityOf(hashes);
  if (digests === undefined) throw new Error('no digest was computed');
  return digests;
}

/** Of every algorithm that is named, one digest has to be met: a weak one beside a strong one counts as well. */
function isEveryDigestMet(wanted: Integrity, digests: Integrity): boolean {
  const met = new Set(
    wanted
      .filter((hash) => digests.some((own) => own.algorithm === hash.algorithm && own.digest === hash.digest))
      .map((hash) => hash.algorithm),
  );
  return wanted.every(({ algorithm }) => met.has(algorithm));
}

/** Which files a script starts, and which one a licence field points to, is known once package.json was read: then once more. */
async function readTwice(body: Buffer, signal: AbortSignal): Promise<PackageReading> {
  const first = await readPackage(body, { isWanted: isAlwaysWanted, signal });
  if (first.status !== 'read') return first;
  const manifest = manifestOf(first.package);
  const further = new Set(targetsOf(first.package));
  const named = readLicenceField(manifest?.licence).file?.replace(/^\.\//, '');
  if (named !== undefined && first.package.files.some(({ path }) => path === named)) further.add(named);
  if ([...further].every((path) => isAlwaysWanted(path))) return first;
  return readPackage(body, { isWanted: (path) => isAlwaysWanted(path) || further.has(path), signal });
}

function isAlwaysWanted(path: string): boolean {
  return (
    path === 'package.json' || isBundledManifest(path) || path === 'binding.gyp' || isLicenceFile(path) || toolFileKind(path) === 'commands'
  );
}

function contentOf(read: ReadPackage): Omit<TarballContent, 'status' | 'url' | 'digests' | 'size'> {
  const manifest = manifestOf(read);
  return {
    unpackedSize: read.unpackedSize,
    files: read.files,
    // package.json is in `manifest` already, those further down are in `bundled`.
    texts: read.kept.filter(({ path }) => path !== 'package.json' && !isBundledManifest(path)),
    ...(manifest === undefined ? {} : { manifest }),
    scriptTargets: targetsOf(read),
    bundled: bundledScripts(read),
    oddities: read.oddities,
  };
}

function manifestOf({ kept }: ReadPackage): ReturnType<typeof readPackedManifest> {
  const file = kept.find(({ path }) => path === 'package.json');
  return file === undefined || file.isCut === true ? undefined : readPackedManifest(file.text);
}

function targetsOf(read: ReadPackage): readonly string[] {
  const { scripts = {} } = manifestOf(read) ?? {};
  const commands = installEvents.flatMap((event) => scripts[event] ?? []);
  return scriptTargets(commands, new Set(read.files.map(({ path }) => path)));
}

function known(value: Tarball, observedAt: CollectContext['now'], source: string): Observation<Tarball> {
  return { state: 'known', value, observedAt, source };
}

function unavailable(reason: UnavailableReason, detail: string, source: string): Extract<Observation<never>, { state: 'unavailable' }> {
  return { state: 'unavailable', reason, detail, source };
}

import { createHash } from 'node:crypto';
import type { Gate } from '../gate.ts';
import { type HashAlgorithm, type Integrity, formatHash, integrityOf } from '../model/integrity.ts';
import type { Milliseconds } from '../model/units.ts';
import { withDeadline } from '../platform/deadline.ts';
import type { ServerAnswer } from '../platform/server.ts';
import { refusal, trouble, uncached } from './answers.ts';
import { arrivalOf } from './arrival.ts';
import type { Decision } from './decision.ts';
import type { Documents } from './documents.ts';
import { createHeldBytes } from './held-bytes.ts';
import { exoticReason } from './exotic-dependencies.ts';
import type { FirewallLimits } from './limits.ts';
import { decisionOf, lineOf, turnsAt } from './reasons.ts';
import type { Release, Releases } from './releases.ts';
import { createSharedWork } from './shared-work.ts';
import { createTurns } from './turns.ts';
import type { Upstream } from './upstream.ts';

/** Tarballs whose very bytes were judged before the first of them is sent. */
export interface Tarballs {
  readonly tarball: (name: string, version: string, etag: string | undefined) => Promise<ServerAnswer>;
  /** A new policy: everything is judged again. */
  readonly forget: () => void;
  readonly bytes: () => number;
}

export interface TarballsOptions {
  readonly documents: Documents;
  readonly releases: Releases;
  readonly upstream: Upstream;
  readonly gate: () => Gate;
  readonly limits: FirewallLimits;
  readonly now: () => Milliseconds;
  readonly onDecision: (decision: Decision) => void;
}

/** Nearly every tarball is small; the few large ones wait for each other, so that memory stays what it is. The last lane takes any size. */
const lanes = [
  { bytes: 1024 * 1024, atOnce: 64 },
  { bytes: 16 * 1024 * 1024, atOnce: 12 },
  { bytes: Number.POSITIVE_INFINITY, atOnce: 1 },
];
const mostDecisions = 8 * 1024 * 1024;

interface Decided {
  readonly decision: Decision;
  readonly download?: Download;
}

interface Download {
  readonly body: Buffer;
  /** SHA-512 and whatever the document names besides; of these very bytes. */
  readonly digests: Integrity;
}

/** Fetches each tarball once, judges those bytes, and sends them or a refusal. */
export function createTarballs({ documents, releases, upstream, gate, limits, now, onDecision }: TarballsOptions): Tarballs {
  const downloads = createHeldBytes<Download>(limits.keptBytes);
  let decisions = createHeldBytes<{ readonly decision: Decision; readonly until: number }>(mostDecisions);
  const turns = lanes.map(({ bytes, atOnce }) => ({ bytes: Math.min(bytes, limits.tarballBytes), ...createTurns(atOnce) }));
  let shared = createSharedWork<Decided>();

  /** One version from its registry's document; a document that is held and lacks it may just be older than it. */
  const find = async (name: string, version: string): Promise<Release | Decision> => {
    for (const isAskedAnew of [undefined, true] as const) {
      const found = await documents.get(name, isAskedAnew);
      if (found.type === 'unavailable') return { name, version, action: 'unverified', findings: [], reasons: [found.reason] };
      if (found.type === 'missing') break;
      const release = releases.of(found.document, version);
      if (release === 'not-believed') return { name, version, action: 'unverified', findings: [], reasons: [notBelieved] };
      if (release !== undefined) return release;
    }
    return { name, version, action: 'not-found', findings: [], reasons: [`the registry has no ${name}@${version}`] };
  };

  const decide = async (name: string, version: string): Promise<Decided> => {
    const release = await find(name, version);
    if ('action' in release) return { decision: release };
    const reason = exoticReason(release.exotic, gate().policy, now());
    if (reason !== undefined) return { decision: { name, version, action: 'refused', findings: [], reasons: [reason] } };
    const kept = downloads.get(keyOf(release));
    if (kept !== undefined) return { decision: await judge(release, kept), download: kept };
    for (const lane of turns) {
      const decided = await lane.take(() => fetchAndJudge(release, lane.bytes));
      if (decided !== 'too-large') return decided;
    }
    return { decision: unverified(release, `its tarball has more than ${limits.tarballBytes} bytes`) };
  };

  const fetchAndJudge = async (release: Release, maxBytes: number): Promise<Decided | 'too-large'> => {
    const download = await fetchOnce(release, maxBytes);
    if (download === 'too-large') return download;
    if ('action' in download) return { decision: download };
    downloads.put(keyOf(release), download, download.body.length);
    return { decision: await judge(release, download), download };
  };

  const fetchOnce = (release: Release, maxBytes: number): Promise<Download | Decision | 'too-large'> =>
    withDeadline(limits.decisionTimeout * 2, undefined, async (signal) => {
      const headers = { accept: '*/*', 'accept-encoding': 'identity' };
      const outcome = await upstream.get(release.address, { headers, signal, maxBytes, maxDecodedBytes: maxBytes });
      if (outcome.type === 'failed') return outcome.reason === 'too-large' ? outcome.reason : unverified(release, outcome.detail);
      if (outcome.status !== 200) return unverified(release, `${outcome.url} answers ${outcome.status}`);
      const download = { body: outcome.body, digests: digestsOf(outcome.body, release.announced) };
      return isMet(release.announced, download.digests) ? download : differing(release, download);
    });

  /** The gate reads the bytes that are held here: of another body at that address it would never hear. */
  const judge = async (release: Release, download: Download): Promise<Decision> => {
    // A policy that comes while this one judges gets a memory of its own.
    const remembered = decisions;
    const { name, version, address, announced } = release;
    const key = JSON.stringify([name, version, formatHash(download.digests[0]), announced]);
    const known = remembered.get(key);
    if (known !== undefined && now() < known.until) return known.decision;
    const integrity = integrityOf([...download.digests, ...(announced ?? [])]);
    const { inventory, changes } = arrivalOf([{ name, version, ...(integrity === undefined ? {} : { integrity }) }]);
    const at = now();
    const report = await upstream.holding(address, download.body, () =>
      withDeadline(limits.decisionTimeout, undefined, (signal) => gate().assess(inventory, { changes, now: at, signal })),
    );
    const decision = decisionOf(name, version, report);
    const turning = turnsAt(decision) ?? 0;
    const until = Math.min(at + limits.decisionFreshness, turning > at ? turning : Number.POSITIVE_INFINITY);
    // What could not be found out is asked again the next time.
    if (decision.action !== 'unverified') remembered.put(key, { decision, until }, 1_024 + decision.findings.length * 2_048);
    return decision;
  };

  return {
    tarball: async (name, version, etag) => {
      const { decision, download } = await shared(`${name}@${version}`, () => decide(name, version));
      onDecision(decision);
      if (decision.action === 'not-found') return trouble(404, decision.reasons[0] ?? 'Not found');
      if (decision.action !== 'allowed' || download === undefined) return refusal(lineOf(decision));
      const tag = `"${formatHash(download.digests[0])}"`;
      const headers = { ...uncached, etag: tag, 'content-type': 'application/octet-stream' };
      return etag === tag ? { status: 304, headers, body: Buffer.alloc(0) } : { status: 200, headers, body: download.body };
    },
    forget: () => {
      decisions = createHeldBytes(mostDecisions);
      shared = createSharedWork();
    },
    bytes: downloads.bytes,
  };
}

const notBelieved = 'the registry answers with something that is not its document of this package';

function keyOf({ address, announced }: Release): string {
  return JSON.stringify([address, announced]);
}

function digestsOf(body: Buffer, announced: Integrity | undefined): Integrity {
  const algorithms = new Set<HashAlgorithm>(['sha512', ...(announced ?? []).map(({ algorithm }) => algorithm)]);
  const digests = integrityOf(
    [...algorithms].map((algorithm) => ({ algorithm, digest: createHash(algorithm).update(body).digest('hex') })),
  );
  if (digests === undefined) throw new Error('no digest was computed');
  return digests;
}

/** Of every algorithm that the document names, one digest has to be met. Where it names none, the gate has the word. */
function isMet(announced: Integrity | undefined, digests: Integrity): boolean {
  return (announced ?? []).every(({ algorithm }) =>
    announced?.some(
      (hash) => hash.algorithm === algorithm && digests.some((own) => own.algorithm === algorithm && own.digest === hash.digest),
    ),
  );
}

function unverified({ name, version }: Release, reason: string): Decision {
  return { name, version, action: 'unverified', findings: [], reasons: [reason] };
}

function differing({ name, version, announced }: Release, { digests }: Download): Decision {
  const [named, sent] = [announced?.[0], digests.find(({ algorithm }) => algorithm === announced?.[0].algorithm)];
  const words = [named, sent].map((hash) => (hash === undefined ? 'nothing' : formatHash(hash).slice(0, 20)));
  const reason = `the registry sends other bytes than its own document names: ${words[1]}... in place of ${words[0]}...`;
  return { name, version, action: 'refused', findings: [], reasons: [reason] };
}

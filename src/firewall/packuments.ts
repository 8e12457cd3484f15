import { createHash } from 'node:crypto';
import type { Gate } from '../gate.ts';
import type { Milliseconds } from '../model/units.ts';
import { withDeadline } from '../platform/deadline.ts';
import type { ServerAnswer } from '../platform/server.ts';
import { documentAnswer, refusal, trouble, uncached } from './answers.ts';
import type { Decision } from './decision.ts';
import type { Documents, HeldDocument } from './documents.ts';
import { type Encoding, encode } from './encoding.ts';
import { createHeldBytes } from './held-bytes.ts';
import { metadataErrors, refusedVersions } from './judge-packument.ts';
import type { FirewallLimits } from './limits.ts';
import { arrivalIn } from './packument-candidates.ts';
import type { OpenPackument } from './open-packument.ts';
import { type PackumentView, renderManifest, renderPackument, tagsOf } from './packument-filter.ts';
import { lineOf, sentenceOf, turnsAt } from './reasons.ts';
import type { Releases } from './releases.ts';
import { createSharedWork } from './shared-work.ts';
import { createTurns } from './turns.ts';
import { isUnreadable } from './unreadable.ts';

/** How a client wants a document. */
export interface WantedView {
  readonly form: PackumentView['form'];
  readonly encoding: Encoding;
  /** The address of this firewall, as this client knows it. */
  readonly origin: string;
  /** The client puts this registry in the place of the public one's tarball addresses by itself, and keeps its lockfile free of ours. */
  readonly keepsPublicAddresses: boolean;
  /** The client's validator. */
  readonly etag: string | undefined;
}

/** Registry documents without what is refused. */
export interface Packuments {
  readonly document: (name: string, view: WantedView) => Promise<ServerAnswer>;
  /** One version, by its number or by a tag. */
  readonly manifest: (name: string, selector: string, view: WantedView) => Promise<ServerAnswer>;
  readonly tags: (name: string) => Promise<ServerAnswer>;
  /** A new policy: what was refused by the old one is judged again. */
  readonly forget: () => void;
  readonly bytes: () => number;
}

export interface PackumentsOptions {
  readonly documents: Documents;
  readonly releases: Releases;
  readonly gate: () => Gate;
  readonly limits: FirewallLimits;
  readonly now: () => Milliseconds;
  readonly onDecision: (decision: Decision) => void;
}

/** Some documents are tens of megabytes while they are worked on: few of those at once. */
const large = { from: 2 * 1024 * 1024, atOnce: 3 };
const smallAtOnce = 64;
const mostVersions = 50_000;
const mostJudged = 32 * 1024 * 1024;

interface Judged {
  readonly document: HeldDocument;
  readonly hidden: ReadonlyMap<string, Decision>;
  readonly until: number;
}

/** Judges each document once for a policy and its bytes, and writes it once for each view. */
export function createPackuments({ documents, releases, gate, limits, now, onDecision }: PackumentsOptions): Packuments {
  let judged = createHeldBytes<Judged>(mostJudged);
  const views = createHeldBytes<{ readonly body: Buffer; readonly etag: string }>(limits.keptBytes);
  const turns = { small: createTurns(smallAtOnce), large: createTurns(large.atOnce) };
  let sharedJudgement = createSharedWork<Judged | ServerAnswer>();
  const sharedView = createSharedWork<ServerAnswer>();

  /** The document with what is refused of it; an answer where there is nothing to filter. */
  const judge = async (name: string): Promise<Judged | ServerAnswer> => {
    const found = await documents.get(name);
    if (found.type === 'missing') {
      onDecision({ name, version: '', action: 'not-found', findings: [], reasons: [`no registry that is configured here has ${name}`] });
      return trouble(404, 'Not found');
    }
    if (found.type === 'unavailable') return unverified(name, found.reason);
    const { document } = found;
    const known = judged.get(name);
    if (known !== undefined && known.document.digest === document.digest && now() < known.until) return known;
    return sharedJudgement(name, () => withPackument(name, document, (packument) => judgeAnew(name, document, packument)));
  };

  /** Works on an open document when it is its turn; a document that is not believed is an answer. */
  const withPackument = <T>(
    name: string,
    document: HeldDocument,
    work: (packument: OpenPackument) => Promise<T>,
  ): Promise<T | ServerAnswer> =>
    (document.length < large.from ? turns.small : turns.large).take(async () => {
      try {
        const packument = document.open();
        if (packument === undefined) return unverified(name, 'the registry answers with something that is no document');
        if (packument.versions.size > mostVersions) return unverified(name, `the document has more than ${mostVersions} versions`);
        if ((packument.get('name') ?? packument.get('_id')) !== name) return unverified(name, 'the document is about another package');
        return await work(packument);
      } catch (error) {
        if (isUnreadable(error)) return unverified(name, 'the document cannot be read');
        throw error;
      }
    });

  const judgeAnew = async (name: string, document: HeldDocument, packument: OpenPackument): Promise<Judged> => {
    // A policy that comes while this one judges gets a memory of its own.
    const remembered = judged;
    const at = now();
    const hidden = await withDeadline(limits.decisionTimeout, undefined, (signal) =>
      refusedVersions(name, packument, gate(), { now: at, signal }),
    );
    const turning = [...hidden.values()].flatMap((decision) => turnsAt(decision) ?? []);
    const until = turning.reduce((first, instant) => (instant > at ? Math.min(first, instant) : first), at + limits.decisionFreshness);
    const fresh = { document, hidden, until };
    const findings = [...hidden.values()].reduce((sum, decision) => sum + decision.findings.length, 0);
    remembered.put(name, fresh, 1_024 + hidden.size * 512 + findings * 2_048);
    for (const decision of hidden.values()) onDecision(decision);
    // Most clients come for its tarball next, when the document has left the memory.
    const { latest } = tagsOf(packument, new Set(hidden.keys()));
    if (latest !== undefined) releases.of(document, latest);
    return fresh;
  };

  const unverified = (name: string, reason: string): ServerAnswer => {
    return refused({ name, version: '', action: 'unverified', findings: [], reasons: [reason] });
  };

  const refused = (decision: Decision): ServerAnswer => {
    onDecision(decision);
    return refusal(lineOf(decision));
  };

  const render = (name: string, { document, hidden }: Judged, wanted: WantedView): Promise<ServerAnswer> =>
    withPackument(name, document, async (packument) => {
      const kept = [...packument.versions.keys()].some((version) => !hidden.has(version));
      const [first] = hidden.values();
      if (!kept && first !== undefined) {
        const reason = `every version is refused: ${first.reasons[0] ?? ''}`;
        return refused({ name, version: '', action: 'refused', findings: first.findings, reasons: [reason] });
      }
      const plain = renderPackument(packument, viewFor(name, wanted, new Set(hidden.keys())));
      const body = await encode(plain, wanted.encoding);
      const etag = etagOf(document, hidden, wanted);
      views.put(viewKey(document, hidden, wanted), { body, etag }, body.length);
      return found(body, etag, wanted);
    });

  const found = (body: Buffer, etag: string, { form, encoding, etag: known }: WantedView): ServerAnswer => ({
    status: known === etag ? 304 : 200,
    headers: {
      ...uncached,
      etag,
      vary: 'accept, accept-encoding, user-agent',
      'content-type': form === 'full' ? 'application/json' : 'application/vnd.npm.install-v1+json',
      ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
    },
    body: known === etag ? Buffer.alloc(0) : body,
  });

  const viewFor = (name: string, { form, origin, keepsPublicAddresses }: WantedView, hidden: ReadonlySet<string>): PackumentView => {
    const publicRoot = `${new URL(gate().npm.publicRegistry).origin}/`;
    const start = `${origin}/${name}/-/${name.slice(name.lastIndexOf('/') + 1)}-`;
    return {
      form,
      hidden,
      tarballOf: (version, announced) =>
        keepsPublicAddresses && announced?.startsWith(publicRoot) === true ? announced : `${start}${encodeURIComponent(version)}.tgz`,
    };
  };

  return {
    document: async (name, wanted) => {
      const answer = await judge(name);
      if ('status' in answer) return answer;
      const kept = views.get(viewKey(answer.document, answer.hidden, wanted));
      if (kept !== undefined) return found(kept.body, kept.etag, wanted);
      const shared = { ...wanted, etag: undefined };
      const whole = await sharedView(viewKey(answer.document, answer.hidden, wanted), () => render(name, answer, shared));
      return whole.status === 200 ? found(whole.body, whole.headers['etag'] ?? '', wanted) : whole;
    },
    manifest: async (name, selector, wanted) => {
      const answer = await judge(name);
      if ('status' in answer) return answer;
      return withPackument(name, answer.document, (packument) => manifestAnswer(name, selector, answer, packument, wanted));
    },
    tags: async (name) => {
      const answer = await judge(name);
      if ('status' in answer) return answer;
      const hidden = new Set(answer.hidden.keys());
      return withPackument(name, answer.document, (packument) => Promise.resolve(documentAnswer(tagsOf(packument, hidden))));
    },
    forget: () => {
      judged = createHeldBytes<Judged>(mostJudged);
      sharedJudgement = createSharedWork();
    },
    bytes: () => judged.bytes() + views.bytes(),
  };

  async function manifestAnswer(
    name: string,
    selector: string,
    { hidden }: Judged,
    packument: OpenPackument,
    wanted: WantedView,
  ): Promise<ServerAnswer> {
    const tags = new Map(Object.entries(tagsOf(packument, new Set(hidden.keys()))));
    const version = packument.versions.has(selector) ? selector : tags.get(selector);
    if (version === undefined) return trouble(404, `version not found: ${selector}`);
    const decision = hidden.get(version) ?? (await judgeOne(name, version, packument));
    if (decision !== undefined) return refused({ ...decision, action: 'refused' });
    const manifest = renderManifest(packument, version, viewFor(name, { ...wanted, form: 'full' }, new Set()));
    if (manifest === undefined) return trouble(404, `version not found: ${selector}`);
    const body = await encode(manifest, wanted.encoding);
    return found(body, digestTag(manifest, wanted.encoding), { ...wanted, form: 'full' });
  }

  /** A version that no tag names and that is not young is judged when somebody asks for it. */
  async function judgeOne(name: string, version: string, packument: OpenPackument): Promise<Decision | undefined> {
    const findings = await withDeadline(limits.decisionTimeout, undefined, (signal) =>
      metadataErrors(arrivalIn(name, version, packument), gate(), { now: now(), signal }),
    );
    return findings.length === 0 ? undefined : { name, version, action: 'refused', findings, reasons: findings.map(sentenceOf) };
  }
}

function viewKey({ registry, name, digest }: HeldDocument, hidden: ReadonlyMap<string, Decision>, wanted: WantedView): string {
  const { form, encoding, origin, keepsPublicAddresses } = wanted;
  const parts = [registry, name, digest, form, encoding, origin, keepsPublicAddresses, ...[...hidden.keys()].sort()];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

function etagOf(document: HeldDocument, hidden: ReadonlyMap<string, Decision>, wanted: WantedView): string {
  return `"${viewKey(document, hidden, wanted)}"`;
}

function digestTag(body: Buffer, encoding: Encoding): string {
  return `"${createHash('sha256').update(body).digest('base64url')}-${encoding}"`;
}

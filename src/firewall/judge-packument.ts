import { type ReleaseAgeOptions, releaseAge } from '../checks/release-age.ts';
import { declaredLicence } from '../evidence/declared-licence.ts';
import { advisories } from '../evidence/advisories.ts';
import { gainedDependencies } from '../evidence/gained-dependencies.ts';
import { packument as packumentKey } from '../evidence/packument.ts';
import { popularity } from '../evidence/popularity.ts';
import { publishTime } from '../evidence/publish-time.ts';
import { publisherHistory } from '../evidence/publisher-history.ts';
import { releaseBurst } from '../evidence/release-burst.ts';
import { releaseHistory } from '../evidence/release-history.ts';
import type { Gate } from '../gate.ts';
import type { AnyCheck } from '../model/check.ts';
import type { Finding } from '../model/finding.ts';
import type { Policy } from '../model/policy.ts';
import type { Milliseconds } from '../model/units.ts';
import { type Arrival, arrivalOf } from './arrival.ts';
import type { Decision } from './decision.ts';
import { exoticVersions } from './exotic-dependencies.ts';
import { candidatesOf } from './packument-candidates.ts';
import type { OpenPackument } from './open-packument.ts';
import { errorsOf, sentenceOf } from './reasons.ts';

export type JudgingGate = Pick<Gate, 'assess' | 'advisoriesOf' | 'policy'>;

export interface JudgingContext {
  readonly now: Milliseconds;
  readonly signal: AbortSignal;
}

/**
 * The versions of a document that are refused on what is known without their bytes, by version. Nothing is allowed here: what stays
 * in the document is judged when its tarball is asked for, so that what could not be found out yet may stay.
 */
export async function refusedVersions(
  name: string,
  packument: OpenPackument,
  gate: JudgingGate,
  context: JudgingContext,
): Promise<ReadonlyMap<string, Decision>> {
  const answers = await gate.advisoriesOf(name, new Set(packument.versions.keys()), context);
  const isHit = (version: string): boolean => {
    const answer = answers.get(`${name}@${version}`);
    return answer?.state === 'known' && answer.value.length > 0;
  };
  const { likely, hit, beyond } = candidatesOf(name, packument, { isHit, youngFor: longestAgeLimit(gate.policy), now: context.now });
  const findings = [
    ...(await judge(likely, gate, context, needsOnlyMetadata)),
    ...(await judge(hit, gate, context, ({ needs }) => Object.values(needs).some(({ id }) => id === advisories.id))),
  ];
  const byVersion = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { version = '' } = finding.subject;
    byVersion.set(version, [...(byVersion.get(version) ?? []), finding]);
  }
  const exotic = exoticVersions(packument, gate.policy, context.now);
  return new Map([
    ...[...exotic].map(([version, reason]): [string, Decision] => [
      version,
      { name, version, action: 'hidden', findings: [], reasons: [reason] },
    ]),
    ...beyond.map((version): [string, Decision] => [version, { name, version, action: 'hidden', findings: [], reasons: [tooMany] }]),
    ...[...byVersion].map(([version, own]): [string, Decision] => [
      version,
      { name, version, action: 'hidden', findings: own, reasons: own.map(sentenceOf) },
    ]),
  ]);
}

/** The errors against one version, on what is known without its bytes. */
export async function metadataErrors(arrival: Arrival, gate: JudgingGate, context: JudgingContext): Promise<readonly Finding[]> {
  return judge([arrival], gate, context, needsOnlyMetadata);
}

const tooMany = 'more versions are this young than anybody judges: only the highest are looked at';

async function judge(
  arrivals: readonly Arrival[],
  gate: JudgingGate,
  { now, signal }: JudgingContext,
  isWanted: (check: AnyCheck) => boolean,
): Promise<readonly Finding[]> {
  if (arrivals.length === 0) return [];
  const { inventory, changes } = arrivalOf(arrivals);
  const report = await gate.assess(inventory, {
    changes,
    now,
    signal,
    readsTarballs: false,
    isWanted: (check) => check.scope === 'component' && isWanted(check),
  });
  return errorsOf(report.findings).filter(({ subject }) => subject.kind === 'component');
}

/** Evidence that the document and the shipped lists hold: no question for each version. */
const inDocument: ReadonlySet<string> = new Set(
  [
    packumentKey,
    publishTime,
    declaredLicence,
    releaseHistory,
    publisherHistory,
    releaseBurst,
    gainedDependencies,
    popularity,
    advisories,
  ].map(({ id }) => id),
);

function needsOnlyMetadata({ needs }: AnyCheck): boolean {
  return Object.values(needs).every(({ id }) => inDocument.has(id));
}

/** The age below which a rule of the policy may speak. */
function longestAgeLimit({ options }: Policy): number {
  // The check's own schema has validated and completed them.
  const age = (options.get(releaseAge.id) ?? releaseAge.options.defaults) as ReleaseAgeOptions;
  const { 'error-below': error, 'warn-below': warn, exceptions } = age;
  return Math.max(error, warn, ...exceptions.map(({ after }) => after));
}

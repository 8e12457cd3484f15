import type { AuditRecord, FindingRecord, LockfileRecord, PackageRecord, RepositoryChange } from '../../src/fleet/audit-record.ts';
import type { RepositoryState } from '../../src/fleet/audit-summary.ts';
import { stateOf } from '../../src/fleet-site/repository-summary.ts';
import type { FleetPoint, SiteSource, TrendPoint } from '../../src/fleet-site/site-source.ts';
import type { Severity } from '../../src/model/finding.ts';
import { milliseconds } from '../../src/model/units.ts';
import { findingRecord, lockfileRecord, packageRecord } from '../fleet/records.ts';

const day = 86_400_000;
export const shownAt = milliseconds(Date.parse('2026-11-25T02:00:00Z'));

const names = [
  'atlas',
  'billing',
  'checkout',
  'docs',
  'edge',
  'forms',
  'gateway',
  'homepage',
  'inventory',
  'jobs',
  'kiosk',
  'ledger',
  'mailer',
];
const licences = ['MIT', 'MIT', 'MIT', 'ISC', 'Apache-2.0', 'BSD-3-Clause', 'MPL-2.0', 'GPL-3.0-only', 'nobody knows'];
const packageNames = ['debug', 'lodash', 'chalk', 'semver', 'undici', 'yargs', 'minimist', 'ws', 'react', 'vite', 'zod', 'ini', 'express'];

/** The same sequence everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function auditOf(id: number, over: Partial<AuditRecord> = {}): AuditRecord {
  const startedAt = milliseconds(shownAt - (30 - id) * day);
  return { id, startedAt, finishedAt: milliseconds(startedAt + 240_000), tool: 'lockgate 0.1.0', repositories: 0, scope: 'acme', ...over };
}

export function findingOf(over: Partial<FindingRecord> = {}): FindingRecord {
  return findingRecord('f1', {
    rule: 'release-age/too-new',
    subject: 'debug@4.4.2',
    message: 'debug@4.4.2 was published 14 hours ago',
    path: ['shop', 'express', 'debug'],
    help: ['stay on 4.4.1, or wait until 29 November'],
    ...over,
  });
}

export function packageOf(name: string, version: string, over: Partial<PackageRecord> = {}): PackageRecord {
  return packageRecord(name, version, { publishedAt: milliseconds(shownAt - 400 * day), ...over });
}

export function recordOf(repository: string, over: Partial<LockfileRecord> = {}): LockfileRecord {
  const findings = over.findings ?? [];
  const packages = over.packages ?? [packageOf('debug', '4.4.2')];
  const count = (severity: Severity): number => findings.filter((one) => one.severity === severity && one.waiver === undefined).length;
  return lockfileRecord({
    repository,
    verdict: count('error') > 0 ? 'fail' : over.inconclusive === undefined ? 'pass' : 'inconclusive',
    counts: {
      components: packages.length,
      checks: 40,
      expected: 40 * packages.length,
      pass: 40 * packages.length - findings.length,
      fail: findings.length,
      inconclusive: (over.inconclusive ?? []).reduce((sum, { subjects }) => sum + subjects, 0),
      notApplicable: 0,
      errors: count('error'),
      warnings: count('warning'),
      notes: count('note'),
      waived: findings.filter(({ waiver }) => waiver !== undefined).length,
    },
    findings,
    packages,
    ...over,
  });
}

const kinds = [
  ['malware/known', 'error', (label: string) => `${label} is known to be malware`],
  ['release-age/too-new', 'error', (label: string) => `${label} was published 14 hours ago`],
  ['licence/not-allowed', 'error', (label: string) => `${label} is under GPL-3.0-only, which the policy does not allow`],
  ['maintainers/replaced', 'warning', (label: string) => `None of the earlier maintainers of ${label} is left`],
  ['install-scripts/unlisted', 'warning', (label: string) => `${label} runs code during the install`],
  ['standing/deprecated', 'note', (label: string) => `${label} is deprecated`],
] as const;

function madeRecord(repository: string, index: number, size: number, next: () => number): LockfileRecord {
  const packages = Array.from({ length: size }, (_, at): PackageRecord => {
    const base = packageNames[at % packageNames.length] ?? 'debug';
    const name = at < packageNames.length ? base : at % 3 === 0 ? `@acme/${base}-${Math.floor(at / 13)}` : `${base}-${Math.floor(at / 13)}`;
    const isDirect = at % 9 === 0;
    return packageOf(name, `${1 + (at % 6)}.${Math.floor(next() * 3)}.${Math.floor(next() * 4)}`, {
      isDirect,
      scope: at % 4 === 1 ? 'dev' : 'required',
      path: isDirect ? [repository, name] : [repository, packageNames[(at + index) % 13] ?? '', packageNames[(at * 5) % 13] ?? '', name],
      licence: licences[Math.floor(next() * licences.length)] ?? 'MIT',
      publishedAt: milliseconds(shownAt - Math.floor(day * 1.7 ** (next() * 15))),
    });
  });
  const amount = index % 4 === 0 ? 1 + Math.floor(next() * 6) : index % 3 === 0 ? 1 : 0;
  const findings = Array.from({ length: amount }, (_, at): FindingRecord => {
    const [rule, severity, message] = kinds[(index % 4 === 0 ? at : 3 + at) % kinds.length] ?? kinds[0];
    const one = packages[(at * 7) % packages.length] ?? packageOf('debug', '4.4.2');
    const label = `${one.name}@${one.version}`;
    return findingOf({ rule, severity, subject: label, message: message(label), path: one.path, fingerprint: `${rule} ${label}` });
  }).sort((a, b) => (a.severity < b.severity ? -1 : 1));
  return recordOf(repository, {
    packages,
    findings,
    ...(index % 7 === 2
      ? {
          inconclusive: [
            {
              check: 'registry-signature',
              reason: 'timeout',
              source: 'registry.example',
              detail: 'the registry did not answer for its keys',
              subjects: Math.ceil(size / 3),
              isAccepted: false,
            },
          ],
        }
      : {}),
  });
}

/** A fleet made by rule: every fourth repository has errors, every seventh could not be verified, the last could not be audited. */
export function fleet(
  size: number,
  {
    packages = 60,
    audits = 14,
    over = {},
  }: { readonly packages?: number; readonly audits?: number; readonly over?: Partial<SiteSource> } = {},
): SiteSource {
  const next = random(7);
  const nameOf = (index: number): string =>
    `acme/${names[index % names.length]}${index < names.length ? '' : `-${Math.floor(index / names.length)}`}`;
  const groups = Array.from({ length: Math.max(0, size - 1) }, (_, index) => [madeRecord(nameOf(index), index, packages, next)]);
  const failures =
    size === 0
      ? []
      : [
          {
            repository: nameOf(size - 1),
            code: 'git',
            message: 'the repository cannot be fetched: the server closed the connection',
            hint: 'is the address right, and may this user read it?',
          },
        ];
  const trends = new Map<string, readonly (TrendPoint | undefined)[]>(
    Array.from({ length: size }, (_, index): [string, readonly (TrendPoint | undefined)[]] => {
      const [record] = groups[index] ?? [];
      const state: RepositoryState = record === undefined ? 'failed' : stateOf([record]);
      const before = Array.from({ length: audits - 1 }, (_, audit): TrendPoint | undefined => {
        if (index % 11 === 5 && audit < 4) return undefined;
        const roll = next();
        if (state === 'fail' || roll < 0.08)
          return roll < 0.3 ? { state: 'pass', errors: 0 } : { state: 'fail', errors: 1 + Math.floor(roll * (4 + (index % 9))) };
        return { state: roll > 0.95 ? 'inconclusive' : 'pass', errors: 0 };
      });
      return [nameOf(index), [...before, { state, errors: record?.counts.errors ?? 0 }]];
    }),
  );
  const history = Array.from({ length: audits }, (_, at): FleetPoint => {
    const points = [...trends.values()].flatMap((trend) => trend[at] ?? []);
    const count = (state: RepositoryState): number => points.filter((point) => point.state === state).length;
    return {
      audit: auditOf(30 - audits + 1 + at, { repositories: points.length }),
      states: { pass: count('pass'), fail: count('fail'), inconclusive: count('inconclusive'), failed: count('failed') },
      errors: points.reduce((sum, { errors }) => sum + errors, 0),
      judgements: 40 * packages * points.length,
      inconclusive: Math.floor(3 * packages * points.length * next()),
    };
  });
  const changes = groups.flatMap(([record], index): readonly RepositoryChange[] => {
    if (record === undefined || index % 4 !== 0) return [];
    return [
      {
        repository: record.repository,
        verdict: record.verdict,
        before: index % 8 === 0 ? 'pass' : record.verdict,
        appeared: record.findings.slice(0, 2),
        resolved:
          index % 8 === 4
            ? [
                findingOf({
                  rule: 'publisher/changed',
                  severity: 'note',
                  subject: 'semver@7.8.6',
                  message: 'Another maintainer than usual published semver@7.8.6',
                }),
              ]
            : [],
      },
    ];
  });
  const last = history.at(-1);
  const previous = history.at(-2);
  return {
    summary: {
      audit: auditOf(30, { repositories: size }),
      ...(previous === undefined ? {} : { previous: previous.audit }),
      states: last?.states ?? { pass: 0, fail: 0, inconclusive: 0, failed: 0 },
      changes,
      failures,
    },
    history,
    trends,
    records: groups,
    rules: new Map([
      [
        'release-age/too-new',
        {
          severity: 'error',
          summary: 'The version was published less than a day ago',
          why: 'Most malicious releases are found within a day.',
          fix: 'Wait.',
          family: 'freshness',
        },
      ],
      [
        'malware/known',
        {
          severity: 'error',
          summary: 'The version is known to be malware',
          why: 'It was reported and confirmed.',
          fix: 'Remove it.',
          family: 'known-bad',
          isAbsolute: true,
        },
      ],
    ]),
    ...over,
  };
}

/** All files of a site by their paths. */
export async function filesOf(
  files: AsyncIterable<{ readonly path: string; readonly text: string }>,
): Promise<ReadonlyMap<string, string>> {
  const all = new Map<string, string>();
  for await (const { path, text } of files) {
    if (all.has(path)) throw new Error(`${path} is written twice`);
    all.set(path, text);
  }
  return all;
}

/** Repositories, packages, messages and failures as an attacker would write them. */
export function hostileFleet(): SiteSource {
  const texts = [
    '</script><script>window.hacked=1</script>',
    '"><img src=x onerror=window.hacked=1>',
    "' onfocus='window.hacked=1",
    '\u202egnp.evil\u0007\u2028',
    '<!--<script>',
    '__proto__',
    'constructor',
    ']]>&amp;<svg onload=window.hacked=1>',
    'javascript:window.hacked=1',
    '../../../etc/passwd',
    '\ud800 alone',
  ];
  const source = fleet(3);
  const records = texts.map((text) => [
    recordOf(text, {
      lockfile: text,
      format: text,
      policyDigest: text,
      packages: texts.map((name) => packageOf(name, text, { licence: text, path: [text, text, name], isDirect: false })),
      findings: [
        findingOf({ rule: text, subject: `${text}@${text}`, message: text, help: [text], path: [text, text] }),
        findingOf({ fingerprint: 'w', waiver: { owner: text, reason: text, expires: milliseconds(Number.NaN) } }),
      ],
      inconclusive: [{ check: text, reason: text, source: text, detail: text, subjects: 1, isAccepted: false }],
    }),
  ]);
  return {
    ...source,
    records,
    trends: new Map([...texts, 'failed'].map((name) => [name, [undefined, { state: name === 'failed' ? 'failed' : 'fail', errors: 1 }]])),
    history: source.history.slice(-2),
    summary: {
      ...source.summary,
      audit: { ...source.summary.audit, tool: texts[0] ?? '' },
      changes: texts.map((repository) => ({
        repository,
        verdict: 'fail',
        before: 'pass',
        appeared: [findingOf({ rule: repository, message: repository })],
        resolved: [findingOf({ message: repository })],
      })),
      failures: [...texts, 'failed'].map((text) => ({ repository: 'failed', code: text, message: text, hint: text })),
    },
  };
}

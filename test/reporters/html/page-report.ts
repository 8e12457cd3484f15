import type { BomRef, Component } from '../../../src/model/component.ts';
import type { Finding, Severity } from '../../../src/model/finding.ts';
import type { PackageFacts } from '../../../src/model/package-facts.ts';
import type { Outcome, Report } from '../../../src/model/report.ts';
import { daysToMilliseconds, days, milliseconds } from '../../../src/model/units.ts';
import { component, inventory } from '../../support/inventory.ts';
import { reportWithEverything } from '../report.ts';

const licences = [
  ['MIT', 'permissive'],
  ['ISC', 'permissive'],
  ['GPL-3.0-only', 'strong-copyleft'],
  ['MPL-2.0', 'weak-copyleft'],
  ['SEE LICENSE IN licence.txt', 'unknown'],
] as const;

/**
 * A report over a graph of `size` packages, made by rule: package n is brought in by package n / 4, a fifth by two, the first
 * twenty by the project. Every 50th has a finding, every 30th could not be verified.
 */
export function pageReport(size: number, over: Partial<Report> = {}): Report {
  const components = Array.from({ length: size }, (_, index) =>
    component(`@team/package-${index}`, `${1 + (index % 7)}.${index % 13}.${index % 5}`, {
      location: { file: 'package-lock.json', line: 10 + 8 * index },
      scope: index % 3 === 0 ? 'dev' : 'required',
    }),
  );
  const refOf = (index: number): string => components[index]?.bomRef ?? '';
  const edges: Record<string, string[]> = { '.': components.slice(0, 20).map(({ bomRef }) => bomRef) };
  for (let index = 20; index < size; index += 1) {
    (edges[refOf(Math.floor(index / 4))] ??= []).push(refOf(index));
    if (index % 5 === 0) (edges[refOf(Math.floor(index / 7))] ??= []).push(refOf(index));
  }
  const findings = components
    .filter((_, index) => index % 50 === 7)
    .map((one, index) => findingFor(one, (['error', 'warning', 'note'] as const)[index % 3] ?? 'note'));
  return {
    ...reportWithEverything,
    findings,
    outcomes: components.filter((_, index) => index % 30 === 1).map(unverified),
    counts: { ...reportWithEverything.counts, components: size, errors: findings.filter(({ severity }) => severity === 'error').length },
    inventory: inventory(components, { edges }),
    packages: new Map(components.map((one, index): [BomRef, PackageFacts] => [one.bomRef, factsFor(index)])),
    ageLimits: { error: daysToMilliseconds(days(1)), warning: daysToMilliseconds(days(7)) },
    rules: new Map([
      ['release-age/too-new', { severity: 'error', summary: 'The version is too new', why: 'Because.', fix: 'Wait.', family: 'freshness' }],
      ['malware/known', { severity: 'error', summary: 'Malware', why: 'Because.', fix: 'Remove.', family: 'known-bad', isAbsolute: true }],
    ]),
    ...over,
  };
}

/** A finding about one package. */
export function findingFor(subject: Component, severity: Severity, over: Partial<Finding> = {}): Finding {
  const { name, version, purl, bomRef } = subject;
  return {
    rule: 'release-age/too-new',
    severity,
    subject: { kind: 'component', label: `${name}@${version}`, name, version, purl, bomRef },
    message: `${name}@${version} was published 14 hours ago`,
    facts: [{ label: 'published', value: '2026-11-24T22:00:00.000Z', source: 'registry' }],
    counterFacts: [],
    help: ['stay on the version before, or wait until 2026-12-01'],
    locations: [subject.location],
    path: ['app@1.0.0', `${name}@${version}`],
    fingerprint: bomRef,
    levelReasons: [],
    ...over,
  };
}

function factsFor(index: number): PackageFacts {
  const [text, group] = licences[index % 9] ?? licences[0];
  const age = 1.7 ** (index % 16) * 3_600_000 * 5;
  return { publishedAt: milliseconds(reportWithEverything.now - age), ...(index % 40 === 3 ? {} : { licence: { text, group } }) };
}

function unverified({ bomRef }: Component): Outcome {
  return {
    check: 'registry-signature',
    subject: bomRef,
    result: 'inconclusive',
    reasons: [
      { evidence: 'registry-keys', reason: 'timeout', detail: 'the registry did not answer for its keys', source: 'registry.example' },
    ],
    isAccepted: false,
  };
}

/** Names, licences and messages as an attacker would write them. */
export function hostileReport(): Report {
  const names = [
    '</script><script>window.hacked=1</script>',
    '"><img src=x onerror=window.hacked=1>',
    "' onfocus='window.hacked=1",
    '=HYPERLINK("http://evil.example")',
    '\u202egnp.evil\u0007',
    '<!--<script>',
    '__proto__',
    ']]>&amp;<svg onload=window.hacked=1>',
  ];
  const components = names.map((name, index) => component(name, index === 0 ? '1.0.0-</title><script>window.hacked=1</script>' : '1.0.0'));
  const findings = components.map((one) =>
    findingFor(one, 'error', {
      message: `${one.name} </summary><script>window.hacked=1</script>`,
      help: ['<a href="javascript:window.hacked=1">x</a>'],
      facts: [{ label: '<b>', value: '</dd><iframe src="https://evil.example">', source: 'x' }],
    }),
  );
  return pageReport(0, {
    inventory: inventory(components),
    findings,
    outcomes: [],
    packages: new Map(components.map(({ bomRef, name }) => [bomRef, { licence: { text: name, group: 'unknown' } }])),
    project: { name: '</title><script>window.hacked=1</script>', version: '"' },
    notes: ['<script>window.hacked=1</script>'],
    origin: { path: '<img src=x onerror=window.hacked=1>', format: 'npm-lock-v3', digest: '0'.repeat(64) },
  });
}

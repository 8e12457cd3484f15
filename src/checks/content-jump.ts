import { type Packument, type Release, packument } from '../evidence/packument.ts';
import { previousTarball } from '../evidence/previous-tarball.ts';
import { releaseBefore } from '../evidence/release-before.ts';
import { tarball } from '../evidence/tarball.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { FindingDraft, RuleId } from '../model/finding.ts';
import { settledFacts } from './settled-release.ts';
import { contentOf } from './tarball-content.ts';

interface Options {
  readonly factor: number;
  readonly 'size-floor': number;
  readonly 'file-floor': number;
}

const defaults: Options = { factor: 10, 'size-floor': 1_000_000, 'file-floor': 200 };

/** Is a version many times as large as the one before. */
export const contentJump: AnyCheck = defineCheck({
  id: 'content-jump',
  scope: 'component',
  needs: { tarball, packument },
  uses: { previous: previousTarball },
  options: {
    defaults,
    properties: {
      factor: { type: 'number', minimum: 1, default: 10, description: 'How many times as large counts as a jump' },
      'size-floor': { type: 'integer', minimum: 0, default: 1_000_000, description: 'Unpacked bytes below which no size is a jump' },
      'file-floor': { type: 'integer', minimum: 0, default: 200, description: 'Files below which no number of files is a jump' },
    },
  },
  rules: {
    'content-jump/size': {
      severity: 'warning',
      summary: 'The package is ten times as large as the version before',
      why: 'Payloads, bundled tools and stolen trees of files make a small package large from one version to the next.',
      fix: 'Look at which files came. If they belong there, wait for the next version or waive it.',
      incident: 'Shai-Hulud 2 (2025-11-24) added a bundle of 10 MB to packages of a few kilobytes.',
      family: 'content',
    },
    'content-jump/files': {
      severity: 'warning',
      summary: 'The package has ten times as many files as the version before',
      why: 'A whole tree that appears in a package was put there for a reason, or by a broken build.',
      fix: 'Look at which files came.',
      family: 'content',
    },
  },
  evaluate: ({ subject: { component }, known, used, options, context }) => {
    const content = contentOf(known.tarball);
    if ('notApplicable' in content) return content;
    const before = previousOf(known.packument, component.version);
    if ('notApplicable' in before) return before;
    const { version } = before;
    const previous = used.previous?.status === 'read' ? used.previous.content : undefined;
    const unpackedSize = before.unpackedSize ?? previous?.unpackedSize;
    const fileCount = before.fileCount ?? previous?.files.length;
    if (unpackedSize === undefined && fileCount === undefined)
      return { notApplicable: 'the registry does not say how large the version before it is' };
    const name = labelOf(component);
    const counterFacts = settledFacts(known.packument, component.version, context.now);
    const drafts = [
      ...(isJump(content.unpackedSize, unpackedSize, options['size-floor'], options.factor)
        ? [draft('content-jump/size', `${name} is many times as large as ${version}`, bytes(content.unpackedSize), bytes(unpackedSize))]
        : []),
      ...(isJump(content.files.length, fileCount, options['file-floor'], options.factor)
        ? [draft('content-jump/files', `${name} has many times as many files as ${version}`, `${content.files.length}`, `${fileCount}`)]
        : []),
    ];
    return drafts.map((one) => ({ ...one, counterFacts }));
  },
});

function previousOf(document: Packument, version: string): Release | { readonly notApplicable: string } {
  if (document.status !== 'published') return { notApplicable: 'the registry has no such package' };
  return releaseBefore(document, version) ?? { notApplicable: 'there is no version before it' };
}

function isJump(now: number, before: number | undefined, floor: number, factor: number): boolean {
  return before !== undefined && now >= floor && !(now < before * factor);
}

function draft(rule: RuleId, message: string, now: string, before: string): FindingDraft {
  const facts = [
    { label: 'tarball', value: now, source: 'tarball' },
    { label: 'version before', value: before, source: 'registry' },
  ];
  return { rule, message, facts, help: ['look at which files came'] };
}

function bytes(count: number | undefined): string {
  return `${((count ?? 0) / 1_000_000).toFixed(1)} MB unpacked`;
}

import { type Tarball, type TarballContent, type TarballOddity, tarball } from '../evidence/tarball.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { FindingDraft, RuleId } from '../model/finding.ts';
import { fewOf } from './tarball-content.ts';

/** Is the archive one that every package manager unpacks to the same files, inside its own folder. */
export const tarballArchive: AnyCheck = defineCheck({
  id: 'tarball-archive',
  scope: 'component',
  needs: { tarball },
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'tarball-archive/damaged': {
      severity: 'error',
      summary: 'The tarball is no archive that extractors agree on',
      why: 'These are the published bytes, and they cannot be unpacked to the end: what was installed, if anything, was not what was looked at.',
      fix: 'Do not install it.',
      family: 'content',
    },
    'tarball-archive/escapes': {
      severity: 'error',
      summary: 'An entry of the tarball points outside the package',
      why: 'An absolute path or one with `..` overwrites files of the machine that unpacks it carelessly. No packing tool writes one.',
      fix: 'Do not install it.',
      family: 'content',
    },
    'tarball-archive/special-entry': {
      severity: 'warning',
      summary: 'The tarball holds links, devices or other special entries',
      why: 'npm leaves links out when it packs and when it unpacks, other package managers follow them: what is installed depends on who installs.',
      fix: 'Look at where the links lead. Old packages have harmless ones.',
      family: 'content',
    },
    'tarball-archive/ambiguous': {
      severity: 'warning',
      summary: 'The tarball holds several files for one path',
      why: 'Which of them is installed depends on the package manager and the file system. Two manifests show one thing to a reviewer and another to an installer.',
      fix: 'Compare the entries. Two of package.json are an attack until proven otherwise.',
      family: 'content',
    },
    'tarball-archive/no-manifest': {
      severity: 'error',
      summary: 'The tarball has no package.json that can be read',
      why: 'Without it nothing that the registry says about the package can be compared with what is installed.',
      fix: 'Do not install it.',
      family: 'content',
    },
  },
  evaluate: ({ subject: { component }, known }) => judge(labelOf(component), known.tarball),
});

function judge(name: string, read: Tarball): readonly FindingDraft[] | { readonly notApplicable: string } {
  switch (read.status) {
    case 'different':
      return { notApplicable: 'its bytes are not the locked ones, which tarball-integrity reports' };
    case 'damaged':
      return [
        {
          rule: 'tarball-archive/damaged',
          message: `${name} cannot be unpacked: ${read.problem}`,
          facts: [{ label: 'tarball', value: `${read.size} bytes`, source: read.url }],
          help: ['do not install it'],
        },
      ];
    case 'read':
      return [...withoutManifest(name, read), ...oddities(name, read)];
  }
}

function withoutManifest(name: string, { manifest, url }: TarballContent): readonly FindingDraft[] {
  if (manifest !== undefined) return [];
  return [
    {
      rule: 'tarball-archive/no-manifest',
      message: `${name} has no package.json that can be read`,
      facts: [{ label: 'tarball', value: 'no readable package.json at its top', source: url }],
      help: ['do not install it'],
    },
  ];
}

function oddities(name: string, content: TarballContent): readonly FindingDraft[] {
  const of = (...types: readonly TarballOddity['type'][]): readonly TarballOddity[] =>
    content.oddities.filter(({ type }) => types.includes(type));
  const ambiguous = of('duplicate', 'case', 'trailing-data');
  const isManifest = ambiguous.some(({ path }) => /^[^/]*\/package\.json$|^package\.json$/i.test(path));
  return [
    ...found('tarball-archive/escapes', `${name} has entries that point outside the package`, of('absolute', 'parent'), content.url),
    ...found('tarball-archive/special-entry', `${name} has links or other special entries`, of('link', 'special'), content.url),
    ...found('tarball-archive/ambiguous', `${name} has several files for one path`, ambiguous, content.url).map((draft) =>
      isManifest ? { ...draft, severity: 'error' as const, message: `${name} has more than one package.json` } : draft,
    ),
  ];
}

function found(rule: RuleId, message: string, entries: readonly TarballOddity[], url: string): readonly FindingDraft[] {
  if (entries.length === 0) return [];
  const value = fewOf(entries.map(({ type, path }) => (path === '' ? words[type] : `${path} (${words[type]})`)));
  return [{ rule, message, facts: [{ label: 'entries', value, source: url }], help: ['look at these entries before you use it'] }];
}

const words: Readonly<Record<TarballOddity['type'], string>> = {
  absolute: 'absolute path',
  parent: 'leads upwards',
  link: 'link',
  special: 'special entry',
  duplicate: 'again',
  case: 'differs from another in letter case only',
  'trailing-data': 'data behind the end of the archive',
};

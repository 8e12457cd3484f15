import semver from 'semver';
import { type Release, packument } from '../evidence/packument.ts';
import { type TarballContent, type TarballManifest, tarball } from '../evidence/tarball.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { Fact, FindingDraft } from '../model/finding.ts';
import { contentOf, fewOf } from './tarball-content.ts';

/** Does the tarball's own package.json say what the registry's metadata says. */
export const manifestConfusion: AnyCheck = defineCheck({
  id: 'manifest-confusion',
  scope: 'component',
  needs: { tarball, packument },
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'manifest-confusion/scripts': {
      severity: 'error',
      summary: "The tarball's install scripts are not the ones that the registry shows",
      why: 'npm decides by the metadata, pnpm, yarn and bun by the tarball: a script that only the tarball has is hidden from everybody who looks at the registry, and runs.',
      fix: 'Do not install it. The publisher, or a tool of theirs, uploaded one manifest and packed another.',
      family: 'content',
    },
    'manifest-confusion/dependencies': {
      severity: 'error',
      summary: "The tarball's dependencies are not the ones that the registry shows",
      why: 'What a reviewer sees on the registry is not what the package asks for once it is unpacked.',
      fix: 'Compare the two lists. Do not install it when the difference is not a known slip of the publisher.',
      family: 'content',
    },
    'manifest-confusion/identity': {
      severity: 'warning',
      summary: "The tarball's package.json names another package or version",
      why: 'The content belongs to something else than what was asked for: a repackaged copy, or a slip while publishing.',
      fix: 'Find out whose content it is.',
      family: 'content',
    },
    'manifest-confusion/bin': {
      severity: 'warning',
      summary: "The tarball's commands are not the ones that the registry shows",
      why: 'A command that the metadata hides can take the place of another one on the path of every script.',
      fix: 'Look at what the command runs.',
      family: 'content',
    },
  },
  evaluate: ({ subject: { component }, known }) => {
    const content = contentOf(known.tarball);
    if ('notApplicable' in content) return content;
    if (content.manifest === undefined) return { notApplicable: 'it has no package.json, which tarball-archive reports' };
    const release = known.packument.status === 'published' ? known.packument.releases.get(component.version) : undefined;
    if (release === undefined) return { notApplicable: 'the registry does not know this version' };
    const name = labelOf(component);
    // A short document leaves scripts out: their absence there says nothing.
    const isSilent = known.packument.representation === 'abbreviated';
    return [
      ...identity(name, component.name, component.version, content.manifest),
      ...(isSilent ? [] : scripts(name, content, release)),
      ...dependencies(name, content.manifest, release),
      ...commands(name, content.manifest, release),
    ];
  },
});

function identity(name: string, published: string, version: string, manifest: TarballManifest): readonly FindingDraft[] {
  // The registry cleans `v1.0.0` and ` 1.0.0`.
  const packed = manifest.version === undefined ? undefined : (semver.clean(manifest.version, { loose: true }) ?? manifest.version);
  const isSame = manifest.name?.trim() === published && packed?.split('+')[0] === version.split('+')[0];
  if (isSame) return [];
  const value = `${manifest.name ?? '(no name)'}@${manifest.version ?? '(no version)'}`;
  return [
    {
      rule: 'manifest-confusion/identity',
      message: `${name} holds the package.json of something else`,
      facts: [tarballFact('package.json', value)],
      help: ['find out whose content it is'],
    },
  ];
}

const installEvents = ['preinstall', 'install', 'postinstall'];

function scripts(name: string, { manifest, files }: TarballContent, release: Release): readonly FindingDraft[] {
  const packed = manifest?.scripts ?? {};
  const differing = installEvents.filter((event) => packed[event] !== release.installScripts[event] && !isImplicit(event));
  if (differing.length === 0) return [];
  const isHidden = differing.some((event) => packed[event] !== undefined);
  return [
    {
      rule: 'manifest-confusion/scripts',
      // A script that only the registry names is not in what is installed.
      ...(isHidden ? {} : { severity: 'warning' as const }),
      message: isHidden
        ? `${name} runs install scripts that the registry does not show`
        : `${name} lacks install scripts that the registry shows`,
      facts: differing.flatMap((event) => [
        registryFact(event, release.installScripts[event] ?? 'no such script'),
        tarballFact(event, packed[event] ?? 'no such script'),
      ]),
      help: ['do not install it until you know how the two came about'],
    },
  ];

  /** npm writes the build of a binding.gyp into the metadata when it publishes. */
  function isImplicit(event: string): boolean {
    const isGyp = event === 'install' && release.installScripts[event] === 'node-gyp rebuild' && packed[event] === undefined;
    return isGyp && files.some(({ path }) => path === 'binding.gyp');
  }
}

function dependencies(name: string, manifest: TarballManifest, release: Release): readonly FindingDraft[] {
  // The registry lists optional dependencies in both places.
  const packed = { ...manifest.dependencies, ...manifest.optionalDependencies };
  const shown = { ...release.dependencies, ...release.optionalDependencies };
  const differing = [...new Set([...Object.keys(packed), ...Object.keys(shown)])]
    .filter((dependency) => own(packed, dependency)?.trim() !== own(shown, dependency)?.trim())
    .sort();
  if (differing.length === 0) return [];
  const isHidden = differing.some((dependency) => own(packed, dependency) !== undefined);
  const list = (of: Readonly<Record<string, string>>): string =>
    fewOf(differing.flatMap((dependency) => (own(of, dependency) === undefined ? [] : [`${dependency} ${own(of, dependency)}`])));
  return [
    {
      rule: 'manifest-confusion/dependencies',
      // What only the registry names is installed, and everybody can see it.
      ...(isHidden ? {} : { severity: 'warning' as const }),
      message: isHidden
        ? `${name} asks for dependencies that the registry does not show`
        : `${name} does not ask for dependencies that the registry shows`,
      facts: [registryFact('dependencies', list(shown) || 'none of these'), tarballFact('dependencies', list(packed) || 'none of these')],
      help: ['compare the two lists before you use it'],
    },
  ];
}

function commands(name: string, manifest: TarballManifest, release: Release): readonly FindingDraft[] {
  const packed = Object.keys(manifest.bin);
  const shown = new Set(release.bin);
  const hidden = packed.filter((command) => !shown.has(command)).sort();
  if (hidden.length === 0) return [];
  return [
    {
      rule: 'manifest-confusion/bin',
      message: `${name} has commands that the registry does not show: ${fewOf(hidden)}`,
      facts: [registryFact('bin', fewOf([...release.bin]) || 'none'), tarballFact('bin', fewOf(packed))],
      help: ['look at what the command runs'],
    },
  ];
}

function own(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function registryFact(label: string, value: string): Fact {
  return { label: `registry's ${label}`, value, source: 'registry' };
}

function tarballFact(label: string, value: string): Fact {
  return { label: `tarball's ${label}`, value, source: 'tarball' };
}

import { packument } from '../evidence/packument.ts';
import { previousTarball } from '../evidence/previous-tarball.ts';
import { type TarballFile, tarball } from '../evidence/tarball.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import { settledFacts } from './settled-release.ts';
import { contentOf, fewOf } from './tarball-content.ts';

/** Does a version bring native code that the version before did not have. */
export const nativeBinary: AnyCheck = defineCheck({
  id: 'native-binary',
  scope: 'component',
  needs: { tarball, previous: previousTarball },
  uses: { packument },
  options: { defaults: {}, properties: {} },
  rules: {
    'native-binary/new': {
      severity: 'warning',
      summary: 'The package brings native code, the version before had none',
      why: 'Nobody can read a compiled file. In a package that was plain JavaScript it is what an install script or an import was added for.',
      fix: 'Find out what builds it. Stay on the version before until you know.',
      incident: 'eslint-config-prettier (2025-07) gained a DLL and a script that loads it.',
      family: 'content',
    },
    'native-binary/more': {
      severity: 'note',
      summary: 'A package with native code brings further native files',
      why: 'Usually a platform that was added. The list tells.',
      fix: 'Nothing, when the names are those of platforms.',
      family: 'content',
    },
  },
  evaluate: ({ subject: { component }, known, used, context }) => {
    const content = contentOf(known.tarball);
    if ('notApplicable' in content) return content;
    const binaries = content.files.filter(({ binary }) => binary !== undefined);
    if (binaries.length === 0) return [];
    const { previous } = known;
    if (previous.status !== 'read') return { notApplicable: 'there is no version before it to compare with' };
    const before = previous.content.files.filter(({ binary }) => binary !== undefined);
    const paths = new Set(before.map(({ path }) => path));
    const added = binaries.filter(({ path }) => !paths.has(path));
    const [first] = added;
    // A file that was renamed is no further one.
    if (first === undefined || (before.length > 0 && binaries.length <= before.length)) return [];
    const name = labelOf(component);
    return [
      {
        rule: before.length === 0 ? 'native-binary/new' : 'native-binary/more',
        message:
          before.length === 0
            ? `${name} brings native code, ${previous.version} had none`
            : `${name} brings more native files than ${previous.version}`,
        facts: [{ label: 'files', value: fewOf(added.map(describe)), source: content.url }],
        counterFacts: settledFacts(used.packument, component.version, context.now),
        help: [`stay on ${previous.version} until you know what builds them`],
      },
    ];
  },
});

function describe({ path, size, binary }: TarballFile): string {
  return `${path} (${binary === undefined ? 'binary' : formats[binary]}, ${size} bytes)`;
}

const formats: Readonly<Record<NonNullable<TarballFile['binary']>, string>> = {
  elf: 'ELF',
  'mach-o': 'Mach-O',
  pe: 'PE',
  'node-addon': '.node',
};

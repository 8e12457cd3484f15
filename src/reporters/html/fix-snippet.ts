import type { Finding } from '../../model/finding.ts';

/** What to paste, and where. */
export interface FixSnippet {
  readonly label: string;
  readonly text: string;
}

/**
 * The command, or for what other packages bring in the override, that moves a package to the version without the fault, in the
 * words of the lockfile's package manager. Undefined where no such version is known, or where names are not plain enough to paste.
 */
export function fixSnippet({ subject: { name, version }, fixVersion }: Finding, format: string, isDirect: boolean): FixSnippet | undefined {
  if (name === undefined || version === undefined || fixVersion === undefined) return undefined;
  if (!isPlainName.test(name) || ![version, fixVersion].every((one) => isPlainVersion.test(one))) return undefined;
  const manager = managers.find(({ formats }) => formats.test(format));
  if (manager === undefined) return undefined;
  if (isDirect) return { label: `Move to ${fixVersion}`, text: `${manager.install} ${name}@${fixVersion}` };
  const selector = manager.selectsVersion ? `${name}@${version}` : name;
  return { label: `Override, in ${manager.file}`, text: manager.override(JSON.stringify(selector), JSON.stringify(fixVersion)) };
}

interface Manager {
  readonly formats: RegExp;
  readonly install: string;
  readonly file: string;
  /** Whether an override can be for one version only. */
  readonly selectsVersion: boolean;
  readonly override: (selector: string, version: string) => string;
}

const managers: readonly Manager[] = [
  {
    formats: /^npm-/,
    install: 'npm install',
    file: 'package.json',
    selectsVersion: true,
    override: (selector, version) => `"overrides": { ${selector}: ${version} }`,
  },
  {
    formats: /^yarn-/,
    install: 'yarn add',
    file: 'package.json',
    selectsVersion: false,
    override: (selector, version) => `"resolutions": { ${selector}: ${version} }`,
  },
  {
    formats: /^pnpm-/,
    install: 'pnpm add',
    file: 'package.json',
    selectsVersion: true,
    override: (selector, version) => `"pnpm": { "overrides": { ${selector}: ${version} } }`,
  },
  {
    formats: /^bun-/,
    install: 'bun add',
    file: 'package.json',
    selectsVersion: false,
    override: (selector, version) => `"overrides": { ${selector}: ${version} }`,
  },
];

const isPlainName = /^(?:@[a-z0-9~][\w.~-]{0,100}\/)?[a-z0-9~][\w.~-]{0,213}$/i;
const isPlainVersion = /^\d[\w.+-]{0,100}$/;

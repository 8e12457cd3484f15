import { isMap, isScalar, isSeq, parseDocument } from 'yaml';

/** One package that a package manager's own age setting excludes: a name or glob, and a version where one is named. */
export interface AgeExclude {
  readonly pattern: string;
  readonly version?: string;
  /** The setting, e.g. `pnpm-workspace.yaml minimumReleaseAgeExclude`. */
  readonly setting: string;
}

/** The settings files of the package managers that hold such lists. */
export const ageExcludeFiles: readonly string[] = ['.npmrc', 'pnpm-workspace.yaml', '.yarnrc.yml', 'bunfig.toml'];

/**
 * Reads the exclude list of one settings file: npm's `min-release-age-exclude[]`, pnpm's `minimumReleaseAgeExclude`, yarn's
 * `npmPreapprovedPackages`, bun's `minimumReleaseAgeExcludes`. What is no such entry is left alone.
 */
export function ageExcludes(file: string, text: string): readonly AgeExclude[] {
  switch (file) {
    case '.npmrc':
      return lines(text, /^min-release-age-exclude(?:\[\])?\s*=\s*["']?([^"'\s]+)/).map((entry) =>
        parse(entry, `${file} min-release-age-exclude`),
      );
    case 'pnpm-workspace.yaml':
      return yamlList(text, 'minimumReleaseAgeExclude').map((entry) => parse(entry, `${file} minimumReleaseAgeExclude`));
    case '.yarnrc.yml':
      return yamlList(text, 'npmPreapprovedPackages').map((entry) => parse(entry, `${file} npmPreapprovedPackages`));
    case 'bunfig.toml': {
      const list = /^\s*minimumReleaseAgeExcludes\s*=\s*\[([^\]]{0,100000})\]/m.exec(text)?.[1] ?? '';
      return [...list.matchAll(/["']([^"']{1,300})["']/g)].map((match) => parse(match[1] ?? '', `${file} minimumReleaseAgeExcludes`));
    }
    default:
      return [];
  }
}

/** Whether an entry covers a package version: exact names, `*` within a name, `@scope/*`; a named version must be that one. */
export function covers(exclude: AgeExclude, name: string, version: string): boolean {
  if (exclude.version !== undefined && exclude.version !== version) return false;
  const [first = '', ...rest] = exclude.pattern.split('*');
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    const found =
      index === rest.length - 1 && part !== ''
        ? name.endsWith(part) && name.length - part.length >= at
          ? name.length - part.length
          : -1
        : name.indexOf(part, at);
    if (found === -1) return false;
    at = index === rest.length - 1 && part === '' ? name.length : found + part.length;
  }
  return at === name.length;
}

/** `name`, `@scope/*`, `name@1.2.3`; a range after the name counts as no version. */
function parse(entry: string, setting: string): AgeExclude {
  const at = entry.indexOf('@', 1);
  const version = at === -1 ? undefined : entry.slice(at + 1).replace(/^npm:/, '');
  const isExact = version !== undefined && /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/.test(version);
  return { pattern: at === -1 ? entry : entry.slice(0, at), setting, ...(isExact ? { version } : {}) };
}

function lines(text: string, pattern: RegExp): readonly string[] {
  return text.split(/\r?\n/).flatMap((line) => pattern.exec(line.trim())?.[1] ?? []);
}

/** Plain entries of a list; aliases are not followed. */
function yamlList(text: string, key: string): readonly string[] {
  const document = parseDocument(text, { logLevel: 'error' });
  const list = document.errors.length > 0 || !isMap(document.contents) ? undefined : document.contents.get(key, true);
  return isSeq(list) ? list.items.flatMap((item) => (isScalar(item) && typeof item.value === 'string' ? [item.value] : [])) : [];
}

import { createHash } from 'node:crypto';
import { type ExoticSpec, exoticSpec, nameInSpec } from '../clients/exotic-spec.ts';
import { isPermitted } from '../firewall/exotic-dependencies.ts';
import { field, readPnpmYaml, textsOf } from '../lockfiles/pnpm-document.ts';
import type { Finding } from '../model/finding.ts';
import { GateError } from '../model/gate-error.ts';
import { isRecord, parseRecord } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { ProjectFiles } from '../model/project-files.ts';
import type { Milliseconds } from '../model/units.ts';

/** A dependency that this project or the command line asks for and that no registry answers. */
export interface DirectSpec extends ExoticSpec {
  /** What it is called there; the spec itself where it has no name. */
  readonly name: string;
  readonly location?: { readonly file: string; readonly line: number };
}

/**
 * What stands in the manifests of a project, its own and those of its workspaces, and in the overrides and catalogs of pnpm's and
 * yarn's settings. `files` is relative to the root.
 * @throws GateError for a manifest that cannot be read: bun takes comments in it, and what it asks for would go unjudged
 */
export function specsOfManifests(files: ProjectFiles): readonly DirectSpec[] {
  const members = workspaceGlobs(files).flatMap((glob) => files.workspaces(glob));
  const manifests = ['package.json', ...new Set(members.map((folder) => `${folder}/package.json`))].flatMap((path) => {
    const text = files.read(path);
    return text === undefined ? [] : specsOfManifest(text, path, files);
  });
  const settings = ['pnpm-workspace.yaml', '.yarnrc.yml'].flatMap((path) => {
    const text = files.read(path);
    return text === undefined ? [] : specsOfSettings(text, path, files);
  });
  return [...manifests, ...settings];
}

/** What a command line names. */
export function specsOfCommand(specs: readonly string[]): readonly DirectSpec[] {
  return specs.flatMap((spec) => {
    const exotic = exoticSpec(spec);
    return exotic === undefined ? [] : [{ ...exotic, name: nameInSpec(spec) ?? spec }];
  });
}

/** Findings for those that no waiver covers and no level of the policy lets through: refused at install time, direct or not. */
export function judgeSpecs(specs: readonly DirectSpec[], policy: Policy, now: Milliseconds): readonly Finding[] {
  return specs.filter((spec) => !isPermitted(spec, policy, now)).map(findingOf);
}

/** Hosts of those that are permitted: the client has to reach them. */
export function permittedHosts(specs: readonly DirectSpec[], policy: Policy, now: Milliseconds): readonly string[] {
  const hosts = specs.flatMap((spec) => (spec.host !== undefined && isPermitted(spec, policy, now) ? archiveHosts(spec.host) : []));
  return [...new Set(hosts)].sort();
}

/** Git's names of the transports that those take: what they bring along may use no other. */
export function permittedTransports(specs: readonly DirectSpec[], policy: Policy, now: Milliseconds): readonly string[] {
  const transports = specs.flatMap((spec) =>
    spec.rule === 'source/git-dependency' && isPermitted(spec, policy, now) ? [transportOf(spec.origin)] : [],
  );
  return [...new Set(transports)].sort();
}

/** Hosts that clients know by a short name are asked over https. */
function transportOf(origin: string): string {
  const protocol = /^(?:git\+)?([a-z]+):\/\//i.exec(origin)?.[1]?.toLowerCase();
  return protocol ?? (/^[^@\s/]+@[^:\s/]+:/.test(origin) ? 'ssh' : 'https');
}

/** Clients fetch a repository as an archive where its host has them. */
function archiveHosts(host: string): readonly string[] {
  return host === 'github.com' ? [host, `codeload.${host}`] : [host];
}

const kinds = {
  'source/git-dependency': 'would be fetched from git',
  'source/remote-tarball': 'would be downloaded from a plain URL',
  'source/outside-project': 'would be taken from a file or folder',
} as const;

const reasons = {
  'source/git-dependency': 'no registry vouches for it, and some clients run its build while they fetch it, even with --ignore-scripts',
  'source/remote-tarball': 'nobody but that host knows what it serves today',
  'source/outside-project': 'nothing vouches for what lies there, and its scripts run',
} as const;

function findingOf(spec: DirectSpec): Finding {
  const { rule, name, origin, location } = spec;
  return {
    rule,
    severity: 'error',
    subject: { kind: 'component', label: name, name },
    message: `${name} ${kinds[rule]}: ${reasons[rule]}`,
    facts: [{ label: 'origin', value: origin, source: location?.file ?? 'command line' }],
    counterFacts: [],
    help: [
      'use a published version',
      `where it must stay, give it a name and permit it: lockgate waive ${rule}:NAME@VERSION --until DATE --reason TEXT --owner WHO`,
    ],
    locations: location === undefined ? [] : [location],
    path: [],
    fingerprint: createHash('sha256')
      .update(JSON.stringify([rule, name, origin]))
      .digest('hex'),
    levelReasons: [],
  };
}

function specsOfSettings(text: string, path: string, files: ProjectFiles): readonly DirectSpec[] {
  const settings = readPnpmYaml(text, path);
  return specsIn(
    ['overrides', 'catalog', 'catalogs'].map((key) => field(settings, key)),
    text,
    path,
    files,
  );
}

const fields = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'overrides',
  'resolutions',
  'catalog',
  'catalogs',
] as const;

function specsOfManifest(text: string, path: string, files: ProjectFiles): readonly DirectSpec[] {
  const manifest = objectIn(text, path);
  const pnpm = manifest['pnpm'];
  const workspaces = manifest['workspaces'];
  const bun = isRecord(workspaces) ? [workspaces['catalog'], workspaces['catalogs']] : [];
  const groups = [...fields.map((field) => manifest[field]), isRecord(pnpm) ? pnpm['overrides'] : undefined, ...bun];
  return specsIn(groups, text, path, files);
}

function specsIn(groups: readonly unknown[], text: string, path: string, files: ProjectFiles): readonly DirectSpec[] {
  return groups.flatMap(stringsIn).flatMap(([name, range]) => {
    const exotic = exoticSpec(range);
    if (exotic === undefined || isOwnFolder(exotic, path, files)) return [];
    return [{ ...exotic, name, location: { file: path, line: lineOf(text, name, range) } }];
  });
}

/** A folder of this repository is its own code, unless installing it runs something: then it counts as a file dependency. */
function isOwnFolder({ rule, path }: ExoticSpec, manifest: string, files: ProjectFiles): boolean {
  if (rule !== 'source/outside-project' || path === undefined || /^(?:[/\\~]|[a-z]:)/i.test(path)) return false;
  const parts = [...manifest.split('/').slice(0, -1), ...path.split(/[\\/]/)];
  const way: string[] = [];
  for (const part of parts) {
    if (part === '' || part === '.') continue;
    if (part !== '..') way.push(part);
    else if (way.pop() === undefined) return false;
  }
  const inner = [...way, 'package.json'].join('/');
  const text = files.read(inner);
  if (text === undefined || files.read([...way, 'binding.gyp'].join('/')) !== undefined) return false;
  const scripts = objectIn(text, inner)['scripts'];
  return !isRecord(scripts) || !['preinstall', 'install', 'postinstall', 'prepare'].some((event) => Object.hasOwn(scripts, event));
}

/** Name and range of every entry, overrides of overrides included; at most this deep, as nobody nests further. */
function stringsIn(value: unknown): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  const open: { readonly value: unknown; readonly name: string; readonly depth: number }[] = [{ value, name: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value === 'string') found.push([next.name, next.value]);
    else if (isRecord(next.value) && next.depth < 16)
      for (const [key, inner] of Object.entries(next.value))
        open.push({ value: inner, name: key === '.' ? next.name : key, depth: next.depth + 1 });
  }
  return found.reverse();
}

function workspaceGlobs(files: ProjectFiles): readonly string[] {
  const manifest = files.read('package.json');
  const workspaces = manifest === undefined ? undefined : objectIn(manifest, 'package.json')['workspaces'];
  const listed = isRecord(workspaces) ? workspaces['packages'] : workspaces;
  const own = Array.isArray(listed) ? listed.filter((glob): glob is string => typeof glob === 'string') : [];
  const pnpm = files.read('pnpm-workspace.yaml');
  const theirs = pnpm === undefined ? [] : textsOf(readPnpmYaml(pnpm, 'pnpm-workspace.yaml'), 'packages');
  return [...own, ...theirs].filter((glob) => glob !== '' && !glob.startsWith('!')).slice(0, 1_000);
}

/** The line that holds both, in JSON or as YAML is written; the first where no line does. */
function lineOf(text: string, name: string, range: string): number {
  const lines = text.split('\n');
  const quoted = lines.findIndex((line) => line.includes(JSON.stringify(name)) && line.includes(JSON.stringify(range)));
  const at = quoted === -1 ? lines.findIndex((line) => line.includes(name) && line.includes(range)) : quoted;
  return at === -1 ? 1 : at + 1;
}

function objectIn(text: string, path: string): Readonly<Record<string, unknown>> {
  const value = parseRecord(text.replace(/^\ufeff/, ''));
  if (value !== undefined) return value;
  throw new GateError('input-invalid', `${path} is no JSON object, so that nobody can say what it asks for`, {
    location: { file: path, line: 1 },
    hint: 'bun reads comments and trailing commas in it, the gate does not: take them out',
  });
}

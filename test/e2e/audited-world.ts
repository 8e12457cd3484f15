import { join } from 'node:path';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { type BuiltRelease, release } from '../loopback-registry/release.ts';
import { type Scratch, scratchRepository } from '../platform/git-repository.ts';
import { type Outcome, lockgate, project } from './lockgate.ts';

const ada = { name: 'ada', email: 'ada@people.example' };
/** What every release has that nothing is wrong with. */
export const old = {
  publishedAt: '2021-01-01T00:00:00.000Z',
  repository: 'https://git.example/acme/tools.git',
  maintainers: [ada],
  publisher: ada,
};
export const leftPad = release({ name: 'left-pad', version: '1.3.0', ...old });
export const ui = release({ name: '@acme/ui', version: '2.0.0', ...old });
export const hash = release({ name: 'fast-hash', version: '2.0.0', ...old });
export const mid = release({ name: 'mid', version: '1.0.0', dependencies: { 'left-pad': '1.3.0' }, ...old });

export interface World {
  readonly registry: LoopbackRegistry;
  readonly advisories: Record<string, readonly unknown[]>;
}

/** A registry that publishes these, and whose advisories can change while nothing else does. */
export async function startWorld(releases: readonly BuiltRelease[] = [leftPad, ui, hash, mid]): Promise<World> {
  const advisories: World['advisories'] = {};
  return { registry: await startRegistry(releases, { advisories }), advisories };
}

/** An advisory against left-pad. */
export const malware = {
  id: 1,
  url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
  title: 'Malware in left-pad',
  severity: 'critical',
  vulnerable_versions: '>=0',
  cwe: ['CWE-506'],
};

/** A git repository with one commit of these files. */
export function repository(files: Readonly<Record<string, string>>): Scratch {
  const scratch = scratchRepository();
  for (const [path, text] of Object.entries(files)) scratch.write(path, text);
  scratch.commit();
  return scratch;
}

export interface Fleet {
  readonly folder: string;
  readonly run: (args: readonly string[], options?: { readonly env?: Readonly<Record<string, string>> }) => Promise<Outcome>;
  readonly store: string;
}

/** A folder with a list, whose audits share a store; each run has a cache of its own, as if a night had gone by. */
export function fleet(list: string, world: World): Fleet {
  const folder = project({ 'repos.yaml': list });
  const store = join(folder, 'audits.db');
  return {
    folder,
    store,
    run: (args, options = {}) => lockgate([...args, '--store', store], { cwd: folder, registry: world.registry.url, ...options }),
  };
}

/** What `--format json` says. */
export interface AuditJson {
  readonly states: Readonly<Record<string, number>>;
  readonly changes: readonly {
    readonly repository: string;
    readonly before?: string;
    readonly verdict: string;
    readonly appeared: readonly { readonly rule: string; readonly subject: string; readonly path: readonly string[] }[];
    readonly resolved: readonly { readonly rule: string }[];
  }[];
  readonly failures: readonly { readonly repository: string; readonly code: string; readonly message: string }[];
  readonly vanished: readonly string[];
  readonly repositories: readonly { readonly repository: string; readonly state: string; readonly lockfiles: number }[];
}

export const dataOf = ({ stdout, stderr }: Outcome): AuditJson => {
  if (!stdout.startsWith('{')) throw new Error(`no JSON: ${stdout}${stderr}`);
  return JSON.parse(stdout) as AuditJson;
};

import type { CanaryRelease, CanaryWorld } from './canaries.ts';

export interface RegistryAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The canaries' registry: documents, tarballs and bulk advisories, as package managers and the gate ask for them. `origin` without a slash at its end. */
export function answerAsRegistry(
  { releases, advisories }: CanaryWorld,
  origin: string,
  request: { readonly method: string; readonly target: string; readonly isBrief: boolean },
): RegistryAnswer {
  const path = pathOf(request.target);
  if (path === '-/npm/v1/security/advisories/bulk' && request.method === 'POST') return json(200, advisories);
  const [, name, file] = /^([^/]+)(?:\/-\/([^/]+)\.tgz)?$/.exec(path) ?? [];
  const found = releases.filter((release) => release.name === name);
  if (found.length === 0 || !['GET', 'HEAD'].includes(request.method)) return json(404, { error: 'Not found' });
  if (file === undefined) return json(200, documentOf(found, origin, request.isBrief));
  const release = found.find((one) => file === `${one.name}-${one.version}`);
  return release === undefined
    ? json(404, { error: 'Not found' })
    : { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: release.tarball };
}

function pathOf(target: string): string {
  const path = (target.replace(/^https?:\/\/[^/]+/, '').split('?')[0] ?? '').slice(1);
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}

function documentOf(releases: readonly CanaryRelease[], origin: string, isBrief: boolean): Readonly<Record<string, unknown>> {
  const [first] = releases;
  const name = first?.name ?? '';
  const newest = releases.at(-1);
  const versions = releases.map(
    (release) =>
      [
        release.version,
        {
          ...release.manifest,
          _id: `${name}@${release.version}`,
          ...('scripts' in release.manifest ? { hasInstallScript: true } : {}),
          dist: {
            tarball: `${origin}/${name}/-/${name}-${release.version}.tgz`,
            integrity: release.integrity,
            shasum: release.shasum,
            fileCount: 4,
            unpackedSize: 1000,
          },
        },
      ] as const,
  );
  const times = releases.map((release) => [release.version, release.publishedAt] as const);
  return {
    name,
    modified: newest?.publishedAt,
    'dist-tags': { latest: newest?.version },
    versions: Object.fromEntries(versions),
    ...(isBrief ? {} : { _id: name, time: { created: first?.publishedAt, modified: newest?.publishedAt, ...Object.fromEntries(times) } }),
  };
}

function json(status: number, value: unknown): RegistryAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(value)) };
}

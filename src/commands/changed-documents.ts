import { posix } from 'node:path';
import type { DocumentSubject } from '../model/check.ts';
import { baselineFile } from '../policy/baseline.ts';
import { defaultPolicyFile } from './project-settings.ts';
import type { RepositoryState } from './states.ts';

/** Files beside a lockfile, or further up, that decide how dependencies are judged or installed. */
const decidingFiles: readonly string[] = [
  defaultPolicyFile,
  baselineFile,
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  'bunfig.toml',
  '.pnpmfile.cjs',
  '.pnpmfile.mjs',
  'package.json',
  'pnpm-workspace.yaml',
];

/** Deciding files in a lockfile's folder and on the way up, and a policy elsewhere, where they differ between the two states. */
export function changedDocuments(
  folder: string,
  before: RepositoryState,
  after: RepositoryState,
  policyPath: string | undefined,
): readonly DocumentSubject[] {
  const paths = new Set<string>(policyPath === undefined ? [] : [policyPath]);
  for (let at = folder; ; at = posix.dirname(at)) {
    for (const name of decidingFiles) paths.add(posix.join(at, name));
    if (at === '.') break;
  }
  return [...paths].sort().flatMap((path) => {
    const [old, fresh] = [before.read(path), after.read(path)];
    if (old === fresh) return [];
    return [
      {
        kind: 'document' as const,
        path,
        isCompared: true,
        ...(path === policyPath ? { isPolicy: true as const } : {}),
        ...(old === undefined ? {} : { before: old }),
        ...(fresh === undefined ? {} : { after: fresh }),
      },
    ];
  });
}

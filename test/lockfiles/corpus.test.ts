import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { run } from '../../scripts/corpus/lockfiles.ts';

const directory = '../shared/corpus';
const isPresent = existsSync(`${directory}/sbom-reference`);

/** What the corpus part reports of one project. */
interface Result {
  readonly project: string;
  readonly format?: string;
  readonly difference?: unknown;
}

test(
  `every real lockfile of the corpus is read exactly${isPresent ? '' : ` (skipped: ${directory} is not here)`}`,
  { timeout: 300_000, skip: !isPresent },
  async () => {
    const { details } = await run({ directory });
    const results = details as readonly Result[]; // what the part reports
    const exact = { missingNodes: [], surplusNodes: [], missingEdges: [], surplusEdges: [], accepted: 0 };
    expect(results.map(({ project, difference }) => ({ project, difference }))).toEqual(
      results.map(({ project }) => ({ project, difference: exact })),
    );
    const count = (manager: string): number => results.filter(({ format }) => format?.startsWith(manager) === true).length;
    expect({ npm: count('npm-'), yarn: count('yarn-'), pnpm: count('pnpm-'), bun: count('bun-') }).toEqual({
      npm: 10,
      yarn: 9,
      pnpm: 5,
      bun: 2,
    });
  },
);

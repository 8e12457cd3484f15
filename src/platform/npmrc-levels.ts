import { isAbsolute } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { baseFolder, homeFolder } from './home.ts';
import { noteBytesAt } from './looks.ts';

/** Where npm takes a value from, the strongest last. `project` belongs to whoever wrote the branch; all others to the user. */
export const npmrcLevels = ['default', 'global', 'user', 'project', 'env', 'cli'] as const;
export type NpmrcLevel = (typeof npmrcLevels)[number];

/** What each level of npm's configuration says. The project's values are as written: no `${VAR}` is expanded. */
export type NpmrcLevels = ReadonlyMap<NpmrcLevel, ReadonlyMap<string, unknown>>;

export interface NpmrcInput {
  /** Text of the project's `.npmrc`; from the base branch where a change is judged. */
  readonly projectText?: string;
  /** Absolute path of that file, where it is one: in the home folder it is the user's own file and read as such. */
  readonly projectFile?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** npm options of the command line, such as `--registry=...`. */
  readonly argv?: readonly string[];
}

const largestProjectFile = 256 * 1024;

/**
 * Reads npm's configuration level by level with npm's own parser.
 * The project's file is not shown to npm: npm would expand every `${VAR}` in it, and would let it name another user file.
 * @throws GateError `configuration-invalid` for a file that npm refuses
 */
export async function readNpmrcLevels({ projectText, projectFile, env, argv = [] }: NpmrcInput): Promise<NpmrcLevels> {
  const [{ default: Config }, { default: definitions }, { default: defaults }, ini] = await Promise.all([
    import('@npmcli/config'),
    import('@npmcli/config/lib/definitions/index.js'),
    import('npm-registry-fetch/lib/default-opts.js'),
    import('ini'),
  ]);
  const config = new Config({
    definitions: definitions.definitions,
    shorthands: definitions.shorthands,
    flatten: definitions.flatten,
    nerfDarts: definitions.nerfDarts,
    npmPath: '/',
    env: { ...env, HOME: baseFolder(env['HOME'], homeFolder()) }, // npm writes into it
    argv: ['node', 'lockgate', ...argv, '--location=global'], // a global run has no project
    cwd: '/',
    warn: false,
  });
  await config.load().catch((error: unknown) => {
    throw new GateError(
      'configuration-invalid',
      `npm's configuration cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      { hint: 'HOME must name a folder where the system knows no user by this number; does `npm config list` work here?' },
    );
  });
  for (const { source } of config.data.values()) if (typeof source === 'string' && isAbsolute(source)) noteBytesAt(source);
  const levels = new Map<NpmrcLevel, ReadonlyMap<string, unknown>>([['default', new Map([['registry', defaults.registry]])]]);
  for (const level of ['global', 'user', 'env', 'cli'] as const) {
    levels.set(level, new Map(Object.entries(config.data.get(level)?.data ?? {})));
  }
  const isUserFile = projectFile !== undefined && projectFile === config.get('userconfig');
  return levels.set('project', projectValues(isUserFile ? '' : (projectText ?? ''), ini.parse));
}

function projectValues(text: string, parse: (text: string) => Record<string, unknown>): ReadonlyMap<string, unknown> {
  if (text.length > largestProjectFile) {
    throw new GateError('configuration-invalid', `.npmrc is larger than ${largestProjectFile} bytes`, {
      location: { file: '.npmrc', line: 1 },
    });
  }
  return new Map(Object.entries(parse(text.replace(/^\uFEFF/, ''))));
}

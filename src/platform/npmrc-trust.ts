import { placedKey } from './npmrc-credentials.ts';
import type { NpmrcLevel, NpmrcLevels } from './npmrc-levels.ts';
import { npmrcLevels } from './npmrc-levels.ts';

/** A value and the level of npm's configuration that set it. */
export interface Setting<T> {
  readonly value: T;
  readonly level: NpmrcLevel;
}

/** A line of the project's `.npmrc` that is not followed, and why. The value is never repeated: it may be a secret. */
export interface RefusedSetting {
  readonly key: string;
  readonly why: string;
}

/** The settings in force by npm's precedence, after the project's file was held to what it may decide. */
export interface ResolvedSettings {
  readonly settings: ReadonlyMap<string, Setting<unknown>>;
  readonly refused: readonly RefusedSetting[];
}

const variable = /(?<!\\)(\\*)\$\{([^${}?]{1,200})(\?)?\}/g;
/** How the registry is reached: whoever sets one of these can answer in the registry's place, or read what is sent to it. */
const connectionKeys = new Set(['ca', 'cafile', 'cert', 'key', 'strict-ssl', 'proxy', 'https-proxy', 'http-proxy', 'noproxy']);

/**
 * Applies npm's precedence (default, global, user, project, env, cli) with these limits on the project's file, which belongs to
 * the change under review: `${VAR}` is expanded only towards hosts that another level names, connection settings are not
 * followed, and a host of the user's is not asked over plain http. Literal credentials for its own host are the project's to give.
 */
export function resolveSettings(levels: NpmrcLevels, env: Readonly<Record<string, string | undefined>>): ResolvedSettings {
  const settings = new Map<string, Setting<unknown>>();
  const refused: RefusedSetting[] = [];
  const project = levels.get('project') ?? new Map<string, unknown>();
  const trusted = placesNamedByUser(levels, project, env);
  for (const level of npmrcLevels) {
    for (const [key, value] of levels.get(level) ?? []) {
      if (level !== 'project') {
        settings.set(key, { value, level: isFromProject(key, value, level, project, env) ? 'project' : level });
        continue;
      }
      const judged = judgeProjectValue(key, value, trusted, env);
      if ('why' in judged) refused.push({ key: key.replace(/[^\x20-\x7e]/g, '?'), why: judged.why });
      else settings.set(key, { value: judged.value, level });
    }
  }
  return { settings, refused };
}

type Judgement = { readonly value: unknown } | { readonly why: string };

function judgeProjectValue(
  key: string,
  value: unknown,
  trusted: ReadonlySet<string>,
  env: Readonly<Record<string, string | undefined>>,
): Judgement {
  if (mentionsVariable(key)) return { why: 'the name of a setting holds a variable of the environment' };
  if (connectionKeys.has(key)) return { why: 'how a registry is reached is not for a project file to decide: set it for the user' };
  if (typeof value !== 'string') return { value };
  const placed = placedKey(key);
  if (placed?.setting === 'certfile' || placed?.setting === 'keyfile')
    return { why: 'a project file may not name files to authenticate with' };
  const isRegistry = key === 'registry' || /^@[^:]+:registry$/.test(key);
  if (mentionsVariable(value) && !isRegistry && placed === undefined) return { why: 'it holds a variable of the environment' };
  const expanded = mentionsVariable(value) ? expand(value, env) : value;
  const host = hostOf(placed === undefined ? expanded : `https:${placed.place}`);
  const isTrusted = host !== undefined && trusted.has(host);
  if (mentionsVariable(value) && !isTrusted) {
    return { why: 'it would send a variable of the environment to a host that only the project names' };
  }
  if (isRegistry && isTrusted && !trusted.has(originOf(expanded)) && /^http:/i.test(expanded)) {
    return { why: "it would send the user's credentials for this host over plain http" };
  }
  return { value: expanded };
}

/** Hosts that the user's own levels name, as a registry or by credentials for them; with the origin too where it is a registry. */
function placesNamedByUser(
  levels: NpmrcLevels,
  project: ReadonlyMap<string, unknown>,
  env: Readonly<Record<string, string | undefined>>,
): ReadonlySet<string> {
  const places = new Set<string>();
  for (const level of npmrcLevels) {
    if (level === 'project') continue;
    for (const [key, value] of levels.get(level) ?? []) {
      if (typeof value !== 'string' || isFromProject(key, value, level, project, env)) continue;
      const url = key.startsWith('//') ? `https:${key.slice(0, key.lastIndexOf(':'))}` : /(^|:)registry$/.test(key) ? value : undefined;
      const host = url === undefined ? undefined : hostOf(url);
      if (url === undefined || host === undefined) continue;
      places.add(host);
      if (!key.startsWith('//')) places.add(originOf(url));
    }
  }
  return places;
}

/**
 * Inside `npm run`, npm hands its configuration on as `npm_config_*` variables, the project's values among them. Such a value is
 * still the project's.
 */
function isFromProject(
  key: string,
  value: unknown,
  level: NpmrcLevel,
  project: ReadonlyMap<string, unknown>,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (level !== 'env' || env['npm_execpath'] === undefined || !project.has(key)) return false;
  const written = project.get(key);
  return typeof written !== 'string' || withoutSlash(expand(written, env)) === withoutSlash(String(value));
}

function mentionsVariable(text: string): boolean {
  return text.includes('${');
}

/** As npm expands: `${VAR}`, `${VAR?}` (empty when unset), `\${VAR}` is literal. Source: @npmcli/config, lib/env-replace.js. */
function expand(text: string, env: Readonly<Record<string, string | undefined>>): string {
  return text.replace(variable, (whole, escapes: string, name: string, isOptional: string | undefined) => {
    if (escapes.length % 2 === 1) return whole.slice((escapes.length + 1) / 2);
    return escapes.slice(escapes.length / 2) + (env[name] ?? (isOptional === undefined ? `\${${name}}` : ''));
  });
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, '');
}

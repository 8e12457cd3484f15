import { isRecord, parseRecord } from '../model/json.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What the environment was before, for a lockgate that the client starts: it asks the registries, not the firewall. */
const outer = 'LOCKGATE_OUTER_VARIABLES';

/**
 * The environment of a client: the user's own with these variables, and with none beside them that means the same in another
 * spelling. Clients read `NPM_CONFIG_REGISTRY` and `npm_config_registry` alike, and which wins is chance.
 */
export function clientEnvironment(variables: Variables, set: Readonly<Record<string, string>>): Variables {
  const spellings = new Set(Object.keys(set).map(spelling));
  const replaced = Object.keys(variables).filter((name) => spellings.has(spelling(name)));
  const kept = Object.entries(variables).filter(([name]) => !replaced.includes(name));
  const before = Object.fromEntries(replaced.map((name) => [name, variables[name]]));
  return { ...Object.fromEntries(kept), ...set, [outer]: JSON.stringify({ set: Object.keys(set), before }) };
}

/** The environment as it was before a client was led to a firewall; the same one where none was. */
export function outerEnvironment(variables: Variables): Variables {
  const text = variables[outer];
  const record = text === undefined ? undefined : parsed(text);
  if (record === undefined) return variables;
  const kept = Object.entries(variables).filter(([name]) => name !== outer && !record.set.includes(name));
  return { ...Object.fromEntries(kept), ...record.before };
}

function spelling(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

function parsed(text: string): { readonly set: readonly string[]; readonly before: Readonly<Record<string, string>> } | undefined {
  const { set, before } = parseRecord(text) ?? {};
  if (!Array.isArray(set) || !isRecord(before)) return undefined;
  return {
    set: set.filter((name): name is string => typeof name === 'string'),
    before: Object.fromEntries(Object.entries(before).filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
  };
}

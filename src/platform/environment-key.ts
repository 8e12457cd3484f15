/** Shells count and note here what they are doing; nobody reads it for a decision. */
const idle = new Set(['_', 'SHLVL', 'OLDPWD', 'PWD', 'LINES', 'COLUMNS']);

/** All of the environment that may decide anything, in one order. It may hold secrets: it is for keys that are hashed with one. */
export function environmentKey(variables: Readonly<Record<string, string | undefined>>): readonly (readonly [string, string])[] {
  return Object.entries(variables)
    .flatMap(([name, value]) => (idle.has(name) || value === undefined ? [] : [[name, value] as const]))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

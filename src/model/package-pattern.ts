/** Whether a policy's pattern covers a package: its exact name, `@scope/*`, or `*` for all. Nothing else is a pattern. */
export function coversPackage(pattern: string, name: string): boolean {
  if (pattern === '*' || pattern === name) return true;
  return pattern.startsWith('@') && pattern.endsWith('/*') && name.startsWith(pattern.slice(0, -1));
}

/** The most specific of several patterns that cover a package: its name before its scope before `*`. */
export function mostSpecific(patterns: Iterable<string>, name: string): string | undefined {
  const covering = [...patterns].filter((pattern) => coversPackage(pattern, name));
  return covering.find((pattern) => pattern === name) ?? covering.find((pattern) => pattern !== '*') ?? covering[0];
}

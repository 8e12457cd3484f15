/**
 * The parts of a `package.json` that decide what runs during an install, as lines of text: npm's `allowScripts`, bun's
 * `trustedDependencies`, pnpm's settings, and the project's own lifecycle scripts. Sorted, so that two manifests compare by
 * meaning. A manifest that cannot be read is one line that says so.
 */
export function installSettings(manifest: string): readonly string[] {
  if (manifest === '') return [];
  const document = parse(manifest);
  if (document === undefined) return ['package.json cannot be read'];
  return [
    ...['allowScripts', 'trustedDependencies', 'pnpm', 'dependenciesMeta'].flatMap((key) => leaves(key, document.get(key))),
    ...lifecycle.flatMap((event) => leaves(`scripts.${event}`, entriesOf(document.get('scripts')).get(event))),
  ].sort();
}

/** Scripts of the project itself that package managers run during an install. */
const lifecycle: readonly string[] = [
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
  'pnpm:devPreinstall',
];

function leaves(key: string, value: unknown): readonly string[] {
  return value === undefined ? [] : [`${key}: ${JSON.stringify(value)}`];
}

function parse(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    return entriesOf(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

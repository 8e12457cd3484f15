/** The parts of npm's own packages that are used here and come without types. */
declare module '@npmcli/config' {
  interface ConfigData {
    readonly data: Readonly<Record<string, unknown>>;
    /** The file's path, of a level that has one. */
    readonly source: unknown;
  }
  interface ConfigOptions {
    readonly definitions: unknown;
    readonly shorthands: unknown;
    readonly flatten: unknown;
    readonly nerfDarts: readonly string[];
    readonly npmPath: string;
    readonly env: Record<string, string | undefined>;
    readonly argv: readonly string[];
    readonly cwd: string;
    readonly warn: boolean;
  }
  class Config {
    constructor(options: ConfigOptions);
    readonly data: ReadonlyMap<string, ConfigData>;
    load(): Promise<void>;
    get(key: string): unknown;
  }
  // npm exports it this way.
  export default Config;
}
declare module '@npmcli/config/lib/definitions/index.js' {
  const definitions: {
    readonly definitions: unknown;
    readonly shorthands: unknown;
    readonly flatten: unknown;
    readonly nerfDarts: readonly string[];
  };
  export default definitions;
}
declare module 'npm-registry-fetch/lib/default-opts.js' {
  const defaults: { readonly registry: string };
  export default defaults;
}
declare module 'ini' {
  export function parse(text: string): Record<string, unknown>;
}

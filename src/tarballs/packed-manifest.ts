import { isRecord } from '../model/json.ts';
/** What a tarball's own package.json says, reduced to what is compared and judged. */
export interface PackedManifest {
  /** Absent where the field is missing or no string. */
  readonly name?: string;
  readonly version?: string;
  /** All scripts, as written. */
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  /** Commands with the files that they start, relative to the package. */
  readonly bin: Readonly<Record<string, string>>;
  /** False where the package switches the implicit build of its binding.gyp off. */
  readonly gypfile?: boolean;
  /** The raw `license` (or `licenses`, `licence`) value, where it is short. */
  readonly licence?: unknown;
}

const longestLicence = 4_096;

/** Reads the text of a package.json as npm does: a byte order mark is skipped, a field of another type is as good as absent. */
export function readPackedManifest(text: string): PackedManifest | undefined {
  const manifest = parse(text.replace(/^\u{feff}/u, ''));
  if (!isRecord(manifest)) return undefined;
  const { name, version, gypfile } = manifest;
  const licence = manifest['license'] ?? manifest['licenses'] ?? manifest['licence'];
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof version === 'string' ? { version } : {}),
    scripts: stringsOf(manifest['scripts']),
    dependencies: stringsOf(manifest['dependencies']),
    optionalDependencies: stringsOf(manifest['optionalDependencies']),
    bin: commandsOf(manifest['bin'], name),
    ...(typeof gypfile === 'boolean' ? { gypfile } : {}),
    ...(licence === undefined || JSON.stringify(licence).length > longestLicence ? {} : { licence }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** `bin` is a map, or one path for a command with the package's own name (without its scope). */
function commandsOf(bin: unknown, name: unknown): Readonly<Record<string, string>> {
  if (typeof bin === 'string' && typeof name === 'string') return stringsOf({ [name.slice(name.lastIndexOf('/') + 1)]: bin });
  return stringsOf(bin);
}

/** An object with its string members only; without a prototype, so that no name is special. */
function stringsOf(value: unknown): Readonly<Record<string, string>> {
  const strings = emptyRecord();
  if (!isRecord(value)) return strings;
  for (const [key, member] of Object.entries(value)) if (typeof member === 'string') strings[key] = member;
  return strings;
}

function emptyRecord(): Record<string, string> {
  return Object.create(null) as Record<string, string>; // Object.create is untyped
}

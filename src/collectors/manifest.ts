import { isRecord } from '../model/json.ts';
import { type WantedKeys, scanWanted } from './json-bytes.ts';

/** One version's manifest, of which only the members that somebody asks for become objects. */
export interface Manifest {
  /** False where the registry lists something else than an object under the version. */
  readonly isObject: boolean;
  /** A member's value; undefined where there is none. */
  readonly get: (key: string) => unknown;
  /**
   * A member's value as `convert` understands it, which is the same function for every manifest of a document. Members that are
   * written alike in several manifests, as most are from release to release, are read once and are the same object.
   */
  readonly shared: <T>(key: string, convert: (value: unknown) => T) => T;
}

/** A manifest that has been parsed. */
export function manifestOf(value: unknown): Manifest {
  const members = isRecord(value) ? new Map(Object.entries(value)) : undefined;
  const get = (key: string): unknown => members?.get(key);
  return { isObject: members !== undefined, get, shared: (key, convert) => convert(get(key)) };
}

/** Reads manifests of one document in place; whatever is not plainly an object with plain keys is left to JSON.parse. */
export function createManifestReader(body: Buffer, keys: WantedKeys): (start: number, end: number) => Manifest {
  const understood = new Map<string, Map<string, unknown>>();
  const nowhere = Array.from({ length: keys.places.size * 2 }, () => -1);
  return (start, end) => {
    const spans = [...nowhere];
    if (scanWanted(body, start, keys, spans) !== end) return manifestOf(JSON.parse(body.toString('utf8', start, end)));
    /** The member as it is written; empty where there is none. */
    const textOf = (key: string): string => {
      const place = keys.places.get(key);
      if (place === undefined) throw new TypeError(`nobody has said that ${key} is wanted`);
      const from = spans[place * 2] ?? -1;
      return from === -1 ? '' : body.toString('utf8', from, spans[place * 2 + 1]);
    };
    return {
      isObject: true,
      get: (key) => read(textOf(key)),
      shared: <T>(key: string, convert: (value: unknown) => T): T => {
        const text = textOf(key);
        const ofKey = understood.get(key) ?? new Map<string, unknown>();
        // What stands there is what the same function made of the same text.
        if (ofKey.has(text)) return ofKey.get(text) as T;
        const value = convert(read(text));
        understood.set(key, ofKey.set(text, value));
        return value;
      },
    };
  };
}

function read(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}

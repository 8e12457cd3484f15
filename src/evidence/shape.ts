import { isRecord } from '../model/json.ts';

/**
 * Tests of shapes for evidence that a run has by the thousand: they look at a value once and copy nothing. What a run has
 * less of is tested with a schema.
 */
export type Test = (value: unknown) => boolean;

/** A test for each member: none of them can be forgotten. */
export type MemberTests<T> = { readonly [Name in keyof T]-?: Test };

/** An object with these members; others do not count. */
export function isObjectOf<T>(tests: MemberTests<T>): (value: unknown) => value is T {
  const members = Object.entries<Test>(tests).map(([name, test]) => ({ name, test }));
  return (value): value is T => isRecord(value) && members.every(({ name, test }) => test(value[name]));
}

/** One of several kinds of objects, which their status tells apart. */
export function isVariantOf<T extends { readonly status: string }>(kinds: {
  readonly [Status in T['status']]: MemberTests<Omit<Extract<T, { readonly status: Status }>, 'status'>>;
}): (value: unknown) => value is T {
  const tests = new Map(Object.entries<Readonly<Record<string, Test>>>(kinds).map(([status, members]) => [status, isObjectOf(members)]));
  return (value): value is T => isRecord(value) && typeof value['status'] === 'string' && tests.get(value['status'])?.(value) === true;
}

/** The same test, which looks at an object once: what has passed it passes again. For evidence, which nobody changes. */
export function onceFor<T extends object>(test: (value: unknown) => value is T): (value: unknown) => value is T {
  const passed = new WeakSet<object>();
  return (value): value is T => {
    if (typeof value !== 'object' || value === null) return false;
    if (passed.has(value)) return true;
    if (!test(value)) return false;
    passed.add(value);
    return true;
  };
}

/** May be absent. */
export function optional(test: Test): Test {
  return (value) => value === undefined || test(value);
}

/** `atMost`: entries. */
export function isListOf<T>(test: (entry: unknown) => entry is T, atMost: number = Infinity): (value: unknown) => value is readonly T[] {
  return (value): value is readonly T[] => {
    if (!Array.isArray(value) || value.length > atMost) return false;
    // By index: `every` passes over holes, which are no entries.
    for (let index = 0; index < value.length; index++) if (!test(value[index])) return false;
    return true;
  };
}

export function isMapOf(keyTest: Test, test: Test): Test {
  return (value) => {
    if (!(value instanceof Map)) return false;
    for (const [key, entry] of value as ReadonlyMap<unknown, unknown>) if (!keyTest(key) || !test(entry)) return false;
    return true;
  };
}

/** An object with texts alone, under any names. */
export function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every(isText);
}

export function isOneOf(...values: readonly unknown[]): Test {
  return (value) => values.includes(value);
}

/** `atMost`: code units. */
export function isTextOf(atMost: number): Test {
  return (value) => typeof value === 'string' && value.length <= atMost;
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

export function isAnything(): boolean {
  return true;
}

import type { Check, Place, Report } from './json-assertions.ts';
import { assertion, fail, isObject } from './json-assertions.ts';

/** Something wrong in a document, with a JSON pointer (RFC 6901) to it; the empty pointer is the document itself. */
export interface DocumentProblem {
  readonly pointer: string;
  /** What is wrong, one clause: `must be a string`. */
  readonly message: string;
}

/** A JSON Schema, as parsed. */
export type Schema = Readonly<Record<string, unknown>> | boolean;

/** The schemas that a schema's `$ref` may name, by `$id` or by the file name that the reference uses. */
export type SchemaLoader = (reference: string) => Schema | undefined;

const mostProblems = 200;

/**
 * Compiles a JSON Schema (draft 7, the keywords that the CycloneDX schemas use; an unknown keyword is an error, not a
 * silent pass) into a function that lists what is wrong with a document, at most 200 problems.
 * The compiled function recurses on the document's depth: bound it first with `depthOf`.
 */
export function compileSchema(schema: Schema, load: SchemaLoader): (document: unknown) => readonly DocumentProblem[] {
  const check = new SchemaCompiler(load).compile(schema, schema);
  return (document) => {
    const problems: DocumentProblem[] = [];
    check(document, undefined, (place, message) => {
      if (problems.length < mostProblems) problems.push({ pointer: pointerTo(place), message });
    });
    return problems;
  };
}

/** How deeply a parsed JSON value nests; stops counting beyond `limit`. Never recursive. */
export function depthOf(value: unknown, limit: number): number {
  let level = isContainer(value) ? [value] : [];
  let depth = 0;
  while (level.length > 0 && depth <= limit) {
    const inner: object[] = [];
    for (const container of level) for (const item of Object.values(container)) if (isContainer(item)) inner.push(item);
    level = inner;
    depth++;
  }
  return depth;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

const silent: Report = () => undefined;

// Annotations, and the keywords that another keyword reads: `if` its branches, `items` its rest.
const ignored = new Set(['$schema', '$id', '$comment', 'title', 'description', 'default', 'examples', 'definitions', 'meta:enum', 'deprecated', 'additionalItems', 'then', 'else']); // prettier-ignore

/** Compiles one schema document; remembers every subschema, which also closes the circles of recursive definitions. */
class SchemaCompiler {
  readonly #load: SchemaLoader;
  readonly #compiled = new Map<object, Check>();

  constructor(load: SchemaLoader) {
    this.#load = load;
  }

  compile(schema: Schema, document: Schema): Check {
    if (typeof schema === 'boolean') return (_value, place, report) => schema || fail(place, report, 'is not allowed');
    const known = this.#compiled.get(schema);
    if (known !== undefined) return known;
    const checks: Check[] = [];
    const check = all(checks); // known before its parts are: definitions may be recursive
    this.#compiled.set(schema, check);
    for (const [keyword, operand] of Object.entries(schema)) {
      if (!ignored.has(keyword)) checks.push(this.#keyword(keyword, operand, schema, document));
    }
    return check;
  }

  #keyword(keyword: string, operand: unknown, schema: Readonly<Record<string, unknown>>, document: Schema): Check {
    const compile = (part: unknown): Check => this.compile(part as Schema, document); // schemas are trusted: they ship with the library
    const compileList = (parts: unknown): readonly Check[] => (parts as readonly Schema[]).map(compile);
    switch (keyword) {
      case '$ref':
        return this.#reference(String(operand), document);
      case 'allOf':
        return all(compileList(operand));
      case 'anyOf':
        return countOf(compileList(operand), (count) => count > 0, 'matches none of the allowed alternatives');
      case 'oneOf':
        return countOf(compileList(operand), (count) => count === 1, 'must match exactly one of the allowed alternatives');
      case 'not': {
        const check = compile(operand);
        return (value, place, report) => !check(value, place, silent) || fail(place, report, 'is not allowed');
      }
      case 'if':
        return conditional(compile(operand), schema['then'], schema['else'], compile);
      case 'properties':
        return properties(new Map(Object.entries(operand as object).map(([name, part]) => [name, compile(part)])));
      case 'additionalProperties':
        return additional(new Set(Object.keys(schema['properties'] ?? {})), compile(operand));
      case 'items':
        return Array.isArray(operand) ? tuple(compileList(operand), compile(schema['additionalItems'] ?? true)) : items(compile(operand));
      default:
        return assertion(keyword, operand);
    }
  }

  #reference(reference: string, document: Schema): Check {
    const [file = '', fragment = ''] = reference.split('#');
    const target = file === '' ? document : this.#load(file);
    if (target === undefined) throw new Error(`schema ${file} is not known`);
    let part: unknown = target;
    for (const step of fragment.split('/').slice(1))
      part = (part as Readonly<Record<string, unknown>>)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
    if (part === undefined) throw new Error(`${reference} leads nowhere`);
    return this.compile(part as Schema, target);
  }
}

function all(checks: readonly Check[]): Check {
  return (value, place, report) => {
    let isValid = true;
    for (const check of checks) isValid = check(value, place, report) && isValid;
    return isValid;
  };
}

function countOf(checks: readonly Check[], isEnough: (count: number) => boolean, message: string): Check {
  return (value, place, report) => {
    let count = 0;
    for (const check of checks) if (check(value, place, silent)) count++;
    return isEnough(count) || fail(place, report, message);
  };
}

function conditional(condition: Check, then: unknown, otherwise: unknown, compile: (part: unknown) => Check): Check {
  const onTrue = compile(then ?? true);
  const onFalse = compile(otherwise ?? true);
  return (value, place, report) => (condition(value, place, silent) ? onTrue : onFalse)(value, place, report);
}

function tuple(checks: readonly Check[], rest: Check): Check {
  return (value, place, report) => {
    if (!Array.isArray(value)) return true;
    let isValid = true;
    for (const [key, item] of value.entries()) isValid = (checks[key] ?? rest)(item, { parent: place, key }, report) && isValid;
    return isValid;
  };
}

function properties(checks: ReadonlyMap<string, Check>): Check {
  return (value, place, report) => {
    if (!isObject(value)) return true;
    let isValid = true;
    for (const key of Object.keys(value)) {
      const check = checks.get(key);
      if (check !== undefined) isValid = check(value[key], { parent: place, key }, report) && isValid;
    }
    return isValid;
  };
}

function additional(known: ReadonlySet<string>, check: Check): Check {
  return (value, place, report) => {
    if (!isObject(value)) return true;
    let isValid = true;
    for (const key of Object.keys(value)) if (!known.has(key)) isValid = check(value[key], { parent: place, key }, report) && isValid;
    return isValid;
  };
}

function items(check: Check): Check {
  return (value, place, report) => {
    if (!Array.isArray(value)) return true;
    let isValid = true;
    for (const [key, item] of value.entries()) isValid = check(item, { parent: place, key }, report) && isValid;
    return isValid;
  };
}

function pointerTo(place: Place | undefined): string {
  const steps: string[] = [];
  for (let at = place; at !== undefined; at = at.parent) steps.push(String(at.key).replaceAll('~', '~0').replaceAll('/', '~1'));
  return steps
    .toReversed()
    .map((step) => `/${step}`)
    .join('');
}

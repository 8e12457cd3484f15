import { isRecord } from '../model/json.ts';
import type { Check, Place, Report } from './json-assertions.ts';
import { assertion, fail, required } from './json-assertions.ts';

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
 * What a `$ref` leads to is compiled when a document first gets there: of a large schema most documents use little.
 * The compiled function recurses on the document's depth: bound it first with `depthOf`.
 */
export function compileSchema(schema: Schema, load: SchemaLoader): (document: unknown) => readonly DocumentProblem[] {
  const compiler = new SchemaCompiler(load);
  const check = compiler.compile(schema, schema);
  return (document) => {
    compiler.forgetValues();
    // Nearly every document is valid, and to say so takes no places.
    if (check(document, undefined, undefined)) return [];
    const problems: DocumentProblem[] = [];
    check(document, undefined, (place, message) => {
      if (problems.length < mostProblems) problems.push({ pointer: pointerTo(place), message });
    });
    // A refusal for which there is no reason is no pass, either.
    if (problems.length === 0) throw new Error('the schema refuses the document and does not say why');
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

type SchemaObject = Readonly<Record<string, unknown>>;

// Annotations, and the keywords that another keyword reads: `if` its branches, `items` its rest.
const ignored = new Set(['$schema', '$id', '$comment', 'title', 'description', 'default', 'examples', 'definitions', 'meta:enum', 'deprecated', 'additionalItems', 'then', 'else']); // prettier-ignore

/** Compiles one schema document and those that it refers to; remembers every subschema, and so comes to an end in recursive ones. */
class SchemaCompiler {
  readonly #load: SchemaLoader;
  readonly #compiled = new Map<object, Check>();
  /** For a definition the last object that passed it: in a document of ours equal licences, digests and identities are one object. */
  readonly #accepted = new Map<Check, object>();

  constructor(load: SchemaLoader) {
    this.#load = load;
  }

  compile(schema: Schema, document: Schema): Check {
    if (typeof schema === 'boolean') return (_value, place, report) => schema || fail(place, report, 'is not allowed');
    const known = this.#compiled.get(schema);
    if (known !== undefined) return known;
    const keywords = Object.entries(schema).filter(([keyword]) => !ignored.has(keyword) && !isReadByAnother(keyword, schema));
    const check = all(keywords.map(([keyword, operand]) => this.#keyword(keyword, operand, schema, document)));
    this.#compiled.set(schema, check);
    return check;
  }

  /** To be called before each document: what passed in an earlier one may have been changed since. */
  forgetValues(): void {
    this.#accepted.clear();
  }

  #keyword(keyword: string, operand: unknown, schema: SchemaObject, document: Schema): Check {
    const compile = (part: unknown): Check => this.compile(part as Schema, document); // schemas are trusted: they ship with the library
    const compileList = (parts: unknown): readonly Check[] => (parts as readonly Schema[]).map(compile);
    switch (keyword) {
      case '$ref':
        return this.#reference(String(operand), document);
      case 'allOf':
        return all(compileList(operand));
      case 'anyOf':
        return anyOf(compileList(operand));
      case 'oneOf':
        return oneOf(compileList(operand));
      case 'not': {
        const check = compile(operand);
        return (value, place, report) => !check(value, place, undefined) || fail(place, report, 'is not allowed');
      }
      case 'if':
        return conditional(compile(operand), compile(schema['then'] ?? true), compile(schema['else'] ?? true));
      case 'properties':
      case 'additionalProperties':
        return properties(
          new Map(Object.entries(schema['properties'] ?? {}).map(([name, part]) => [name, compile(part)])),
          keyword === 'properties' ? undefined : compile(operand),
        );
      case 'required':
        return all((operand as readonly string[]).map(required));
      case 'items':
        return Array.isArray(operand)
          ? items(compileList(operand), compile(schema['additionalItems'] ?? true))
          : items([], compile(operand));
      default:
        return assertion(keyword, operand);
    }
  }

  #reference(reference: string, document: Schema): Check {
    let check: Check | undefined;
    return (value, place, report) => {
      check ??= this.#resolve(reference, document);
      if (!isContainer(value)) return check(value, place, report);
      if (this.#accepted.get(check) === value) return true;
      const isValid = check(value, place, report);
      if (isValid) this.#accepted.set(check, value);
      return isValid;
    };
  }

  #resolve(reference: string, document: Schema): Check {
    const [file = '', fragment = ''] = reference.split('#');
    const target = file === '' ? document : this.#load(file);
    if (target === undefined) throw new Error(`schema ${file} is not known`);
    let part: unknown = target;
    for (const step of fragment.split('/').slice(1)) part = (part as SchemaObject)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
    if (part === undefined) throw new Error(`${reference} leads nowhere`);
    return this.compile(part as Schema, target);
  }
}

/** Properties and what is allowed beside them are checked in one walk. */
function isReadByAnother(keyword: string, schema: SchemaObject): boolean {
  return keyword === 'properties' && 'additionalProperties' in schema;
}

/** Goes on behind the first problem only where somebody listens. */
function all(checks: readonly Check[]): Check {
  const [first, second, ...others] = checks;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  const rest = all([second, ...others]);
  return (value, place, report) => {
    if (report === undefined) return first(value, place, report) && rest(value, place, report);
    const isValid = first(value, place, report);
    return rest(value, place, report) && isValid;
  };
}

function anyOf(checks: readonly Check[]): Check {
  return (value, place, report) =>
    checks.some((check) => check(value, place, undefined)) || fail(place, report, 'matches none of the allowed alternatives');
}

function oneOf(checks: readonly Check[]): Check {
  return (value, place, report) =>
    checks.filter((check) => check(value, place, undefined)).length === 1 ||
    fail(place, report, 'must match exactly one of the allowed alternatives');
}

function conditional(condition: Check, then: Check, otherwise: Check): Check {
  return (value, place, report) => (condition(value, place, undefined) ? then : otherwise)(value, place, report);
}

/** `rest` is for the properties that have no check of their own. */
function properties(checks: ReadonlyMap<string, Check>, rest: Check | undefined): Check {
  return (value, place, report) => {
    if (!isRecord(value)) return true;
    const passes = (key: string): boolean => {
      const check = checks.get(key) ?? rest;
      return check === undefined || check(value[key], below(place, key, report), report);
    };
    return every(Object.keys(value), passes, report);
  };
}

/** `rest` is for the items behind those that have a check of their own. */
function items(checks: readonly Check[], rest: Check): Check {
  return (value, place, report) =>
    !Array.isArray(value) ||
    every(value, (item: unknown, index) => (checks[index] ?? rest)(item, below(place, index, report), report), report);
}

/** Whether all pass. Goes on behind the first that does not only where somebody listens. */
function every<T>(list: readonly T[], passes: (item: T, index: number) => boolean, report: Report | undefined): boolean {
  return report === undefined ? list.every(passes) : list.filter((item, index) => !passes(item, index)).length === 0;
}

function below(parent: Place | undefined, key: string | number, report: Report | undefined): Place | undefined {
  return report === undefined ? undefined : { parent, key };
}

function pointerTo(place: Place | undefined): string {
  const steps: string[] = [];
  for (let at = place; at !== undefined; at = at.parent) steps.push(String(at.key).replaceAll('~', '~0').replaceAll('/', '~1'));
  return steps
    .toReversed()
    .map((step) => `/${step}`)
    .join('');
}

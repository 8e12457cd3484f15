import { isRecord } from '../model/json.ts';
/** Where in a document a value stands; undefined is the document itself. */
export interface Place {
  readonly parent: Place | undefined;
  readonly key: string | number;
}

export type Report = (place: Place | undefined, message: string) => void;
/** Reports what is wrong and answers whether nothing is. Where nobody listens only the answer counts, and no places are kept. */
export type Check = (value: unknown, place: Place | undefined, report: Report | undefined) => boolean;

/** The keywords without a subschema. Each applies to one type of value and lets every other type pass. */
export function assertion(keyword: string, operand: unknown): Check {
  const limit = Number(operand);
  switch (keyword) {
    case 'type':
      return type(Array.isArray(operand) ? operand.map(String) : [String(operand)]);
    case 'enum': {
      const allowed = new Set(operand as readonly unknown[]);
      const message = `must be one of ${shortList([...allowed])}`;
      return (value, place, report) => allowed.has(value) || fail(place, report, message);
    }
    case 'const':
      return (value, place, report) => value === operand || fail(place, report, `must be ${JSON.stringify(operand)}`);
    case 'pattern': {
      const pattern = new RegExp(String(operand), 'u');
      const message = `must match ${pattern.source}`;
      return (value, place, report) => typeof value !== 'string' || pattern.test(value) || fail(place, report, message);
    }
    case 'format':
      return format(String(operand));
    case 'minimum':
      return (value, place, report) => typeof value !== 'number' || value >= limit || fail(place, report, `must be at least ${limit}`);
    case 'maximum':
      return (value, place, report) => typeof value !== 'number' || value <= limit || fail(place, report, `must be at most ${limit}`);
    case 'minLength':
      return (value, place, report) =>
        typeof value !== 'string' || hasLength(value, limit) || fail(place, report, `must have at least ${limit} characters`);
    case 'maxLength':
      return (value, place, report) =>
        typeof value !== 'string' || !hasLength(value, limit + 1) || fail(place, report, `must have at most ${limit} characters`);
    case 'minItems':
      return (value, place, report) =>
        !Array.isArray(value) || value.length >= limit || fail(place, report, `must have at least ${limit} items`);
    case 'maxItems':
      return (value, place, report) =>
        !Array.isArray(value) || value.length <= limit || fail(place, report, `must have at most ${limit} items`);
    case 'uniqueItems':
      return operand === true ? uniqueItems : () => true;
    default:
      throw new Error(`schema keyword ${keyword} is not supported`);
  }
}

/** The keyword `required`, for one of its names. */
export function required(name: string): Check {
  const message = `must have ${name}`;
  return (value, place, report) => !isRecord(value) || Object.hasOwn(value, name) || fail(place, report, message);
}

function type(names: readonly string[]): Check {
  const message = `must be ${names.join(' or ')}`;
  const tests = names.map((name) => {
    const test = types[name];
    if (test === undefined) throw new Error(`type ${name} is not supported`);
    return test;
  });
  const [first, ...others] = tests;
  if (first === undefined) throw new Error('a type without a name');
  if (others.length === 0) return (value, place, report) => first(value) || fail(place, report, message);
  return (value, place, report) => first(value) || others.some((test) => test(value)) || fail(place, report, message);
}

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  array: Array.isArray,
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  null: (value) => value === null,
  number: (value) => typeof value === 'number',
  object: isRecord,
  string: (value) => typeof value === 'string',
};

/** Linear, where comparing every pair would be quadratic. Two objects that differ in the order of their keys count as two. */
const uniqueItems: Check = (value, place, report) => {
  if (!Array.isArray(value) || value.length < 2 || haveOwnRefs(value)) return true;
  const items: readonly unknown[] = value;
  const different = new Set(items.every((item) => typeof item === 'string') ? items : items.map((item) => JSON.stringify(item)));
  return different.size === items.length || fail(place, report, 'must not hold the same item twice');
};

/** Items with refs of their own differ by them: that spares writing out every component of a document. */
function haveOwnRefs(items: readonly unknown[]): boolean {
  const refs = new Set<unknown>();
  for (const item of items) {
    const ref = isRecord(item) ? (item['bom-ref'] ?? item['ref']) : undefined;
    if (typeof ref !== 'string' || refs.has(ref)) return false;
    refs.add(ref);
  }
  return true;
}

function format(name: string): Check {
  const test = formats[name];
  if (test === undefined) throw new Error(`format ${name} is not supported`);
  return (value, place, report) => typeof value !== 'string' || test(value) || fail(place, report, `must be a valid ${name}`);
}

const formats: Readonly<Record<string, (text: string) => boolean>> = {
  uri: (text) => /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]*$/i.test(text),
  'iri-reference': (text) => !/[\s<>"{}|\\^`]/.test(text),
  'idn-email': (text) => /^[^\s@]+@[^\s@]+$/.test(text),
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && Number.isFinite(Date.parse(text)),
  'date-time': (text) =>
    /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) && Number.isFinite(Date.parse(text)),
};

/** Whether a text has at least so many characters as JSON Schema counts them: code points, which are one unit long or two. */
function hasLength(text: string, wanted: number): boolean {
  if (text.length < wanted || text.length >= 2 * wanted) return text.length >= wanted;
  let length = 0;
  for (const _ of text) length++;
  return length >= wanted;
}

function shortList(values: readonly unknown[]): string {
  const shown = values
    .slice(0, 5)
    .map((value) => JSON.stringify(value))
    .join(', ');
  return values.length > 5 ? `${shown} and ${values.length - 5} more` : shown;
}

/** Reports and refuses in one. */
export function fail(place: Place | undefined, report: Report | undefined, message: string): false {
  report?.(place, message);
  return false;
}

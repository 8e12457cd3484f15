import semver from 'semver';
import type { JsonSchema } from '../model/check.ts';
import { parseInstant } from '../model/units.ts';
import { type PolicyNode, entriesOf, itemsOf, scalarOf, wrong } from './document.ts';
import { parseDuration } from './duration.ts';
import { didYouMean } from './suggest.ts';

/**
 * Proves a node against an option's schema and answers the value in the form that checks receive: durations become
 * milliseconds, dates the first instant after their last day. Throws `GateError` with the place and a hint.
 */
export function readOption(node: PolicyNode, schema: JsonSchema): unknown {
  switch (schema.type) {
    case 'object':
      return readObject(node, schema);
    case 'array':
      return itemsOf(node).map((item) => readOption(item, schema.items ?? { type: 'string' }));
    case 'boolean':
      return readBoolean(node);
    case 'integer':
    case 'number':
      return readNumber(node, schema);
    case 'string':
      return readString(node, schema);
  }
}

function readObject(node: PolicyNode, schema: JsonSchema): unknown {
  const properties = schema.properties ?? {};
  const entries = entriesOf(node, schema.additionalProperties === undefined ? Object.keys(properties) : undefined);
  for (const name of schema.required ?? []) if (!entries.has(name)) throw wrong(node, `needs the key ${name}`);
  const value = new Map<string, unknown>();
  for (const [name, entry] of entries) {
    const property = Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties;
    if (property !== undefined) value.set(name, readOption(entry, property));
  }
  return Object.fromEntries(value);
}

function readBoolean(node: PolicyNode): boolean {
  const value = scalarOf(node);
  if (typeof value !== 'boolean') throw wrong(node, 'must be true or false');
  return value;
}

function readNumber(node: PolicyNode, schema: JsonSchema): number {
  const value = scalarOf(node);
  const isKind = typeof value === 'number' && (schema.type === 'number' ? Number.isFinite(value) : Number.isSafeInteger(value));
  if (!isKind) throw wrong(node, `must be ${schema.type === 'integer' ? 'a whole number' : 'a number'}`);
  if (!(value >= (schema.minimum ?? -Infinity))) throw wrong(node, `must be at least ${schema.minimum}`);
  if (!(value <= (schema.maximum ?? Infinity))) throw wrong(node, `must be at most ${schema.maximum}`);
  return value;
}

function readString(node: PolicyNode, schema: JsonSchema): unknown {
  const value = scalarOf(node);
  if (schema.format === 'duration') {
    const duration = typeof value === 'string' ? parseDuration(value) : undefined;
    if (duration === undefined) throw wrong(node, 'must be a duration with its unit, such as 24h or 7d');
    proveText(node, String(value), schema);
    return duration;
  }
  if (typeof value !== 'string' || value.length < (schema.minLength ?? 1)) {
    throw wrong(node, schema.minLength === undefined ? 'must be a text' : `must be a text of at least ${schema.minLength} characters`);
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    const near = didYouMean(value, schema.enum);
    throw wrong(node, `must be one of ${schema.enum.join(', ')}`, near === undefined ? undefined : `did you mean ${near}?`);
  }
  proveText(node, value, schema);
  switch (schema.format) {
    case 'date':
      return readDate(node, value);
    case 'semver-range':
      if (value !== '*' && semver.validRange(value) === null) throw wrong(node, 'must be a semver range');
      return value;
    case 'uri':
      if (!/^https?:\/\/[^\s@]+$/.test(value) || !URL.canParse(value)) throw wrong(node, 'must be an http(s) URL without credentials');
      return value;
    case 'package-pattern':
      if (!/^(@[^\s/*]+\/(\*|[^\s/*]+)|[^\s/@*][^\s/*]*)$/.test(value)) throw wrong(node, 'must be a package name or @scope/*');
      return value;
    case undefined:
      break;
  }
  return value;
}

function proveText(node: PolicyNode, text: string, schema: JsonSchema): void {
  const refusal = schema.prove?.(text);
  if (refusal !== undefined) throw wrong(node, refusal.message, refusal.hint);
}

/** A date means its whole day in UTC: the value is the first instant after it. */
function readDate(node: PolicyNode, text: string): number {
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseInstant(`${text}T00:00:00Z`) : undefined;
  if (instant === undefined || new Date(instant).toISOString().slice(0, 10) !== text)
    throw wrong(node, 'must be a date such as 2026-12-31');
  return instant + 86_400_000;
}

import { isRecord } from '../model/json.ts';
import { parseInstant } from '../model/units.ts';
import { type Span, scanObject, skipValue } from './json-bytes.ts';

/** What a document's `time` says, which may be of thousands of versions. */
export interface Times {
  /** Milliseconds since the epoch, by version or for `created` and `modified`; undefined where it has no instant. */
  readonly at: (key: string) => number | undefined;
  /** What it says about a package that was withdrawn. */
  readonly unpublished: unknown;
}

/** Reads `time` after it was parsed; undefined where it is no object. */
export function timesOf(value: unknown): Times | undefined {
  if (!isRecord(value)) return undefined;
  const members = new Map<string, unknown>(Object.entries(value));
  return { at: (key) => parseInstant(members.get(key)), unpublished: members.get('unpublished') };
}

/** Reads `time` where it stands: instants in the form that registries write become numbers and never strings. */
export function readTimes(body: Buffer, [start, end]: Span): Times | undefined {
  const instants = new Map<string, number>();
  let unpublished: unknown;
  const scanned = scanObject(body, start, (key, valueStart) => {
    const valueEnd = skipValue(body, valueStart);
    if (key === 'unpublished') unpublished = JSON.parse(body.toString('utf8', valueStart, valueEnd));
    const instant = instantAt(body, valueStart, valueEnd) ?? parseInstant(textAt(body, valueStart, valueEnd));
    if (instant === undefined) instants.delete(key);
    else instants.set(key, instant);
    return valueEnd;
  });
  if (scanned !== end) return timesOf(JSON.parse(body.toString('utf8', start, end)));
  return { at: (key) => instants.get(key), unpublished };
}

function textAt(body: Buffer, start: number, end: number): unknown {
  return body[start] === 0x22 ? JSON.parse(body.toString('utf8', start, end)) : undefined;
}

/** `"2026-11-25T22:11:01.000Z"`, of which every month has the day. */
const form = '"dddd-dd-ddTdd:dd:dd.dddZ"';
const safeDay = 28;

/** An instant in exactly the form of ECMAScript's toISOString; undefined for any other, right or wrong. */
function instantAt(body: Buffer, start: number, end: number): number | undefined {
  if (end - start !== form.length) return undefined;
  for (let index = 0; index < form.length; index++) {
    const byte = body[start + index] ?? 0;
    const expected = form.charCodeAt(index);
    if (expected === 0x64 ? byte < 0x30 || byte > 0x39 : byte !== expected) return undefined;
  }
  const two = (at: number): number => (body[start + at] ?? 0) * 10 + (body[start + at + 1] ?? 0) - 0x30 * 11;
  const year = two(1) * 100 + two(3);
  const [month, day, hour, minute, second] = [two(6), two(9), two(12), two(15), two(18)];
  const isPlain = year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= safeDay && hour < 24 && minute < 60 && second < 60;
  return isPlain ? Date.UTC(year, month - 1, day, hour, minute, second, two(21) * 10 + (body[start + 23] ?? 0) - 0x30) : undefined;
}

import * as v from 'valibot';
import { GateError } from '../model/gate-error.ts';
import { parseJson } from '../model/json.ts';
import { daysToMilliseconds, days, type Milliseconds, milliseconds, parseInstant } from '../model/units.ts';
import { readRegistryKeys, type RegistryKey } from './registry-keys.ts';
import { readTrustRoot, type TrustRoot } from './trust-root.ts';

/** Trust root and registry keys of one day: the shipped ones, or those that `trust update` wrote. */
export interface TrustData {
  /** The day on which both were current. */
  readonly date: Milliseconds;
  readonly source: string;
  readonly trustRoot: TrustRoot;
  /** Keys of the public registry. */
  readonly registryKeys: readonly RegistryKey[];
  /** The text that the keys were read from. */
  readonly registryKeysText: string;
}

export type TrustAge = 'current' | 'ageing' | 'stale';

/** Registry keys have rotated with sixteen days' notice; a year without an update is certain to miss something. */
const staleAfter = daysToMilliseconds(days(365));
const announcedBefore = daysToMilliseconds(days(60));

const shape = v.object({
  source: v.string(),
  date: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/)),
  trustedRoot: v.unknown(),
  registryKeys: v.unknown(),
});

/** The text that was read last: a service asks for the same one with every judgement, and its keys take milliseconds to read. */
let last: { readonly text: string; readonly data: TrustData } | undefined;

/** Reads `allowlists/registries/public-trust.json`, or a file of its shape. Throws `GateError` when it is damaged. */
export function readTrustData(text: string): TrustData {
  if (last?.text !== text) last = { text, data: parseTrustData(text) };
  return last.data;
}

/** The day of trust data alone, for who knows by its digest that it is sound: reading its keys takes longer than all else about it. */
export function readTrustDate(text: string): Pick<TrustData, 'date'> {
  return last?.text === text ? last.data : { date: openTrustData(text).date };
}

function parseTrustData(text: string): TrustData {
  const { date, source, trustedRoot, registryKeys } = openTrustData(text);
  const registryKeysText = JSON.stringify(registryKeys);
  return {
    date,
    source,
    trustRoot: readTrustRoot(JSON.stringify(trustedRoot)),
    registryKeys: readRegistryKeys(registryKeysText),
    registryKeysText,
  };
}

function openTrustData(text: string): Omit<v.InferOutput<typeof shape>, 'date'> & Pick<TrustData, 'date'> {
  const parsed = v.safeParse(shape, parseJson(text));
  const date = parsed.success ? parseInstant(`${parsed.output.date}T00:00:00Z`) : undefined;
  if (!parsed.success || date === undefined)
    throw new GateError('configuration-invalid', 'the trust data is damaged', {
      hint: 'run `lockgate trust update`, or install Lockgate again',
    });
  return { ...parsed.output, date };
}

/** Whether trust data may still be relied on: announced 60 days before it turns stale, after a year. */
export function trustAge({ date }: Pick<TrustData, 'date'>, now: Milliseconds): TrustAge {
  const age = now - date;
  if (!(age <= staleAfter)) return 'stale';
  return age <= staleAfter - announcedBefore ? 'current' : 'ageing';
}

/** The first instant at which trust data may not be relied on any more. */
export function trustEnds({ date }: Pick<TrustData, 'date'>): Milliseconds {
  return milliseconds(date + staleAfter + 1);
}

/** What a report says about the age of the trust data; undefined while there is nothing to say. */
export function trustNote(data: Pick<TrustData, 'date'>, now: Milliseconds): string | undefined {
  const day = new Date(data.date).toISOString().slice(0, 10);
  switch (trustAge(data, now)) {
    case 'current':
      return undefined;
    case 'ageing':
      return `the trust root and registry keys are of ${day} and turn inconclusive after a year: run \`lockgate trust update\``;
    case 'stale':
      return `the trust root and registry keys are of ${day}, more than a year old: run \`lockgate trust update\``;
  }
}

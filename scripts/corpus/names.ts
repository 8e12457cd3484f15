import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPopularityTable } from '../../src/names/popularity-table.ts';
import { type Honest, type Imitation, readCases } from './names/cases.ts';
import { groupBy, type Judged, macroRates, type Measurement, measure, rates, rightTarget } from './names/measure.ts';
import type { PartOptions, PartResult } from './part.ts';

/** What a set of names must come to, in percent. */
interface Bar {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly direction: 'at least' | 'at most';
}

const oneEdit = new Set(['swap', 'omit', 'repeat', 'insert', 'substitute', 'keyboard', 'homoglyph', 'plural']);

/** Judges every labelled name with the shipped table and compares recall and false alarms with the bars. */
export async function run({ directory }: PartOptions): Promise<PartResult> {
  const cases = readCases(join(directory, 'names'));
  const packed = readFileSync('allowlists/popular-names/table.deflate');
  const started = process.cpuUsage();
  const table = openPopularityTable(packed);
  table.downloadsOf('left-pad');
  const opened = millisecondsSince(started);
  const measurement = measure(cases, table);
  const seconds = millisecondsSince(started) / 1000;
  const names = cases.imitations.length + cases.honest.length;
  const bars = [
    ...recallBars(measurement.imitations),
    ...alarmBars(measurement.honest),
    bar('CPU milliseconds to open the table and look up a name', opened, 'at most', 150),
    bar('CPU seconds for 10,000 names, table included', (seconds / names) * 10_000, 'at most', 5),
  ].filter(({ value }) => !Number.isNaN(value));
  const failed = bars.filter((one) => !isMet(one));
  return {
    name: 'names',
    passed: bars.length - failed.length,
    failed: failed.length,
    lines: [...describe(measurement), ...bars.map(barLine)],
    details: { bars, imitations: measurement.imitations.filter(({ tier }) => tier !== 'block'), alarms: alarms(measurement) },
  };
}

/** Processor time and not wall time: other work on the machine must not fail a bar. */
function millisecondsSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

function recallBars(imitations: readonly Judged<Imitation>[]): readonly Bar[] {
  const where = (test: (one: Judged<Imitation>) => boolean) => rates(imitations.filter(test));
  const tiers = (
    what: string,
    { block, warn }: { block: number; warn: number },
    atBlock: number | undefined,
    atWarn: number,
  ): readonly Bar[] => [
    ...(atBlock === undefined ? [] : [bar(`${what}: blocked`, block, 'at least', atBlock)]),
    bar(`${what}: blocked or warned`, warn, 'at least', atWarn),
  ];
  return [
    ...tiers('all imitations', rates(imitations), 65, 85),
    ...tiers(
      'one edit, target of 20,000 downloads',
      where((one) => oneEdit.has(one.case.class) && (one.case.targetDownloads ?? 0) >= 20_000),
      93,
      95,
    ),
    ...tiers(
      'version',
      where((one) => one.case.class === 'version'),
      95,
      100,
    ),
    ...tiers(
      'js affix',
      where((one) => one.case.class === 'js-affix'),
      80,
      95,
    ),
    ...tiers(
      'scope dropped, listed target',
      where((one) => one.case.class === 'scope-drop' && one.case.targetDownloads !== undefined),
      90,
      95,
    ),
    ...tiers(
      'scope edited',
      where((one) => one.case.class === 'scope-edit'),
      70,
      80,
    ),
    ...tiers(
      'combosquat',
      where((one) => one.case.class === 'combosquat'),
      undefined,
      80,
    ),
    bar('right target first, blocked', rightTarget(imitations, ['block']), 'at least', 95),
    bar('right target first, blocked or warned', rightTarget(imitations, ['block', 'warn']), 'at least', 92),
  ];
}

function alarmBars(honest: readonly Judged<Honest>[]): readonly Bar[] {
  const limits: readonly (readonly [string, number, number])[] = [
    ['popular', 0, 0],
    ['hard-popular-pair', 0, 0.5],
    ['lockfile', 0.05, 0.2],
    ['random', 0, 3],
    ['hard-reviewed', 6, 12],
  ];
  return limits.flatMap(([set, atBlock, atWarn]) => {
    const { block, warn } = rates(honest.filter((one) => one.case.set === set));
    return [bar(`${set}: blocked`, block, 'at most', atBlock), bar(`${set}: blocked or warned`, warn, 'at most', atWarn)];
  });
}

function bar(what: string, value: number, direction: Bar['direction'], limit: number): Bar {
  return { what, value, direction, limit };
}

function isMet({ value, direction, limit }: Bar): boolean {
  return direction === 'at least' ? value >= limit : value <= limit;
}

function barLine(one: Bar): string {
  return `  ${isMet(one) ? 'met   ' : 'MISSED'} ${one.what}: ${one.value.toFixed(2)} (${one.direction} ${one.limit})`;
}

function describe({ imitations, honest }: Measurement): readonly string[] {
  const line = (label: string, { block, warn, count }: { block: number; warn: number; count: number }): string =>
    `  ${label.padEnd(20)} ${String(count).padStart(5)}  block ${block.toFixed(2).padStart(6)} %  warn ${warn.toFixed(2).padStart(6)} %`;
  return [
    line('imitations', rates(imitations)),
    line('mean over campaigns', macroRates(imitations)),
    ...[...groupBy(imitations, (one) => one.case.class)].map(([name, judged]) => line(name, rates(judged))),
    ...[...groupBy(honest, (one) => one.case.set)].map(([name, judged]) => line(`honest: ${name}`, rates(judged))),
  ];
}

function alarms({ honest }: Measurement): Measurement['honest'] {
  return honest.filter(({ tier }) => tier !== 'none');
}

import { checks } from '../checks/index.generated.ts';
import { waiverRules } from '../engine/waive.ts';
import { createGate } from '../gate.ts';
import { GateError } from '../model/gate-error.ts';
import { inert, inertLine } from '../model/inert.ts';
import type { Policy } from '../model/policy.ts';
import { formatDate } from '../model/units.ts';
import type { Command } from './command.ts';
import { defaultPolicyFile, namedPolicy, settingsOnDisk } from './project-settings.ts';

/** `lockgate policy check`: proves a policy and prints what is in force, each value with the place that it came from. */
export const policy: Command = {
  name: 'policy',
  summary: 'Prove the policy and print what is in force, and where each value came from',
  usage: 'check [FILE]',
  description: `FILE is ${defaultPolicyFile} by default; where it does not exist, the built-in defaults are printed.`,
  maxPositionals: 2,
  options: {},
  examples: [['lockgate policy check', 'what is in force here']],
  run: async ({ positionals, environment }) => {
    const [action, named] = positionals;
    if (action !== 'check') throw new GateError('usage', 'policy knows one action: check', { hint: 'lockgate policy check' });
    const settings =
      named === undefined ? settingsOnDisk(environment.cwd, environment.cwd) : { policy: namedPolicy(named, environment.cwd) };
    const gate = await createGate({ now: environment.now, variables: environment.variables, ...settings });
    await gate.close();
    return { exitCode: 0, stdout: render(gate.policy) };
  },
};

function render(effective: Policy): string {
  const place = (key: string): string => {
    const location = effective.positions.get(key);
    return location === undefined ? 'built-in' : `${location.file}:${location.line}`;
  };
  const rules = [...checks.flatMap((check) => Object.entries(check.rules)), ...Object.entries(waiverRules)]
    .map(([id, meta]) => [id, effective.values.get(`rules.${id}`) ?? meta.severity, place(`rules.${id}`)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const options = [...effective.values]
    .filter(([key]) => key.startsWith('checks.'))
    .map(([key, value]) => [key, inertLine(value, 100), place(key)] as const);
  const waivers = effective.waivers.map(
    (waiver) =>
      `  ${waiver.rule} ${inert(waiver.package)}@${inert(waiver.versions)} until ${formatDate(waiver.expires - 1)}: ${inertLine(waiver.reason, 100)} (${inertLine(waiver.owner, 60)}, ${waiver.location.file}:${waiver.location.line})`,
  );
  const accepted = effective.accepted.map(
    (one) => `  ${one.check} from ${inert(one.registry)}: ${inertLine(one.reason, 100)} (${one.location.file}:${one.location.line})`,
  );
  return [
    `policy ${effective.path ?? '(built-in defaults)'}, digest ${effective.digest.slice(0, 16)}`,
    '',
    'rules:',
    ...table(rules),
    '',
    'options:',
    ...table(options),
    '',
    `waivers: ${waivers.length === 0 ? 'none' : ''}`.trimEnd(),
    ...waivers,
    `accepted as inconclusive: ${accepted.length === 0 ? 'none' : ''}`.trimEnd(),
    ...accepted,
    '',
  ].join('\n');
}

function table(rows: readonly (readonly [string, string, string])[]): readonly string[] {
  const [first, second] = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(([a, b, c]) => `  ${a.padEnd(first ?? 0)}  ${b.padEnd(second ?? 0)}  ${c}`);
}

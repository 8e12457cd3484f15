import { rules as ruleIndex } from '../checks/rules.generated.ts';
import type { RuleMeta } from '../model/check.ts';
import { GateError } from '../model/gate-error.ts';
import { didYouMean } from '../policy/suggest.ts';
import type { Command } from './command.ts';

/** `lockgate explain RULE`: what a rule refuses, why, and the way out. Offline. */
export const explain: Command = {
  name: 'explain',
  summary: 'Explain a rule: what it refuses, why, and what to do',
  usage: '[RULE]',
  description: 'Without a rule, lists all of them. A check id such as `release-age` shows every rule of that check.',
  maxPositionals: 1,
  options: {},
  examples: [
    ['lockgate explain release-age/too-new', 'why a fresh version is refused'],
    ['lockgate explain', 'all rules, one line each'],
  ],
  run: async ({ positionals }) => {
    const rules = new Map(Object.entries(ruleIndex));
    const [wanted] = positionals;
    if (wanted === undefined) return { exitCode: 0, stdout: list(rules) };
    const matching = [...rules].filter(([id]) => id === wanted || id.startsWith(`${wanted}/`));
    if (matching.length === 0) {
      const near = didYouMean(wanted, [...rules.keys()]);
      throw new GateError('usage', `there is no rule ${JSON.stringify(wanted)}`, {
        hint: near === undefined ? 'lockgate explain lists all rules' : `did you mean ${near}?`,
      });
    }
    return { exitCode: 0, stdout: matching.map(([id, meta]) => describe(id, meta)).join('\n') };
  },
};

function list(rules: ReadonlyMap<string, RuleMeta>): string {
  const width = Math.max(...[...rules.keys()].map((id) => id.length));
  return `${[...rules].map(([id, meta]) => `${id.padEnd(width)}  ${meta.severity.padEnd(7)}  ${meta.summary}`).join('\n')}\n`;
}

function describe(id: string, meta: RuleMeta): string {
  return [
    `${id} (${meta.severity})`,
    `  ${meta.summary}.`,
    '',
    `  Why: ${meta.why}`,
    ...(meta.incident === undefined ? [] : [`  Seen: ${meta.incident}`]),
    `  What to do: ${meta.fix}`,
    meta.isAbsolute === true
      ? '  No waiver lifts it.'
      : [
          `  To permit it for one version: lockgate waive ${id}:PACKAGE@VERSION --until DATE --reason TEXT --owner WHO`,
          `  To change its level, in lockgate.yaml: rules: { ${id}: off | note | warning | error }`,
        ].join('\n'),
    '',
  ].join('\n');
}

import { packument } from '../evidence/packument.ts';
import { popularity } from '../evidence/popularity.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import type { Fact } from '../model/finding.ts';
import { days, daysToMilliseconds, formatDate, formatDuration } from '../model/units.ts';
import { historyOf } from './package-history.ts';

interface SlopsquatOptions {
  readonly 'known-after': number;
}

const defaults: SlopsquatOptions = { 'known-after': daysToMilliseconds(days(30)) };
const helpForAll = [
  'people: ask whoever added it where the name comes from, and open its page before installing',
  'agents: do not install it and do not try similar names; search the registry or the documentation for the real one, and ask',
];

/** Is a direct dependency a package that exists and is known, and not a name that a language model made up. */
export const slopsquat: AnyCheck = defineCheck({
  id: 'slopsquat',
  scope: 'component',
  needs: { popularity, packument },
  uses: {},
  options: {
    defaults,
    properties: {
      'known-after': {
        type: 'string',
        format: 'duration',
        default: '30d',
        description: 'A direct dependency outside the list of popular names must have existed for this long.',
      },
    },
  },
  rules: {
    'slopsquat/does-not-exist': {
      severity: 'error',
      summary: 'A direct dependency names a package that does not exist or was removed',
      why: 'Language models invent package names, often the same ones again. Whoever registers such a name is installed by everybody who believes the answer.',
      fix: 'Find the package that was meant. Do not wait for somebody to publish this one.',
      incident: 'react-codeshift, a mix of jscodeshift and react-codemod, was copied into 237 repositories before it existed (2026-01).',
      family: 'source',
    },
    'slopsquat/unknown-and-young': {
      severity: 'error',
      summary: 'A direct dependency is new on the registry and hardly downloaded',
      why: 'A name that was invented first and published afterwards is days or weeks old when it is suggested.',
      fix: 'Ask who suggested it and why. Use the established package for the purpose.',
      family: 'freshness',
    },
    'slopsquat/conflation': {
      severity: 'warning',
      summary: 'A direct dependency mixes the names of popular packages and is hardly downloaded',
      why: 'Four in ten invented names put two real ones together.',
      fix: 'Check that this package, and not one of the two, was meant.',
      family: 'name',
    },
  },
  evaluate: ({ subject: { component }, known, options, context }) => {
    const { name } = component;
    if (!context.isDirect(component)) return { notApplicable: 'another package asks for it, not this project' };
    const { status, registry, unpublishedAt } = known.packument;
    const facts: readonly Fact[] = [{ label: 'registry', value: registry, source: 'configuration' }];
    if (status !== 'published') {
      const was =
        status === 'missing' ? 'does not exist' : `was removed${unpublishedAt === undefined ? '' : ` on ${formatDate(unpublishedAt)}`}`;
      return [{ rule: 'slopsquat/does-not-exist', message: `${name} ${was}: it may be an invented name`, facts, help: helpForAll }];
    }
    if (known.popularity.downloads !== undefined) return [];
    const history = historyOf(known.packument);
    const first = history?.firstPublishedAt;
    const age = first === undefined ? undefined : context.now - first;
    if (age !== undefined && age < options['known-after']) {
      return [
        {
          rule: 'slopsquat/unknown-and-young',
          message: `${name} is ${age < 0 ? 'dated in the future' : `${formatDuration(age)} old`} and not among the known packages`,
          facts: [...facts, { label: 'versions', value: String(history?.versionCount ?? 0), source: 'registry' }],
          help: helpForAll,
          policyKey: 'checks.slopsquat.known-after',
          ...(first === undefined ? {} : { passesAt: first + options['known-after'] }),
        },
      ];
    }
    const parts = known.popularity.conflation.map((popular) => popular.name);
    if (parts.length === 0 || isSettled(age, history?.versionCount ?? 0)) return [];
    return [
      {
        rule: 'slopsquat/conflation',
        message: `${name} mixes the names of ${parts.join(' and ')} and is not among the known packages`,
        facts: [...facts, { label: 'age', value: age === undefined ? 'unknown' : formatDuration(age), source: 'registry' }],
        help: [`did you mean ${parts.join(', or ')}?`, ...helpForAll],
      },
    ];
  },
});

/** A year and five versions are a history of its own; an unknown age is none. */
function isSettled(age: number | undefined, versionCount: number): boolean {
  return age !== undefined && age >= daysToMilliseconds(days(365)) && versionCount >= 5;
}

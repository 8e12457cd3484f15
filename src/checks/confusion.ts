import { popularity } from '../evidence/popularity.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { type Component, labelOf } from '../model/component.ts';

interface ConfusionOptions {
  readonly 'internal-scopes': readonly string[];
  readonly 'internal-names': readonly string[];
}

const defaults: ConfusionOptions = { 'internal-scopes': [], 'internal-names': [] };

/** Does a package that should be private come from the public registry. */
export const confusion: AnyCheck = defineCheck({
  id: 'confusion',
  scope: 'component',
  needs: {},
  uses: { popularity },
  options: {
    defaults,
    properties: {
      'internal-scopes': {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description: 'Scopes that only your own registry has, such as `@acme`. A package of theirs from the public registry is an error.',
      },
      'internal-names': {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description: 'Unscoped names that only your own registry has.',
      },
    },
  },
  rules: {
    'confusion/internal-from-public': {
      severity: 'error',
      summary: 'A name that is yours is resolved from the public registry',
      why: 'Anybody may publish an unclaimed internal name in public. An installer that asks the public registry takes the higher version.',
      fix: 'Map the scope to your registry in .npmrc, and claim the scope on the public registry.',
      incident: 'Dependency confusion (2021) ran code at 35 companies; 120 names of the @azure scope were published without it in 2022.',
      family: 'source',
    },
    'confusion/inflated-version': {
      severity: 'warning',
      summary: 'An unknown package has a version that is made to win over any other',
      why: 'Versions such as 99.99.99 are chosen so that an installer prefers the public package to the private one of the same name.',
      fix: 'Check whether the name is one of your own. If it is, treat this as an attack.',
      family: 'source',
    },
  },
  evaluate: ({ subject: { component }, used, options, context }) => {
    if (component.source.type !== 'registry') return { notApplicable: 'it does not come from a registry' };
    const registry = component.source.url ?? context.registries.registryFor(component.name);
    const isOwn = isInternal(component, options);
    const isMadeToWin = isInflated(component.version) && used.popularity?.downloads === undefined;
    if ((!isOwn && !isMadeToWin) || context.registries.profileOf(registry).id !== 'public') return [];
    const facts = [{ label: 'resolved from', value: registry, source: component.source.url === undefined ? 'configuration' : 'lockfile' }];
    if (isOwn) {
      return [
        {
          rule: 'confusion/internal-from-public',
          message: `${labelOf(component)} is an internal name and comes from the public registry`,
          facts,
          help: [internalHelp(component.name), 'then install again, and check what was installed until now'],
        },
      ];
    }
    return [
      {
        rule: 'confusion/inflated-version',
        message: `${labelOf(component)} has a version that is made to win over any other`,
        facts,
        help: ['check whether this is the name of one of your own packages', 'if it is, list it under checks.confusion.internal-names'],
      },
    ];
  },
});

function isInternal({ name }: Component, options: ConfusionOptions): boolean {
  if (options['internal-names'].includes(name)) return true;
  return options['internal-scopes'].some((scope) => name.startsWith(`${scope.startsWith('@') ? '' : '@'}${scope.replace(/\/.*$/, '')}/`));
}

function internalHelp(name: string): string {
  if (!name.startsWith('@')) return 'move it into a scope that .npmrc maps to your registry';
  const scope = name.slice(0, name.indexOf('/'));
  return `write ${scope}:registry=URL of your registry into .npmrc`;
}

/** A major version of nines only: 99.0.0, 999.9.9, 9999.1.1. */
function isInflated(version: string): boolean {
  return /^99+\.\d+\.\d+/.test(version);
}

import { packument } from '../evidence/packument.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { type Component, labelOf } from '../model/component.ts';
import type { Inventory } from '../model/inventory.ts';
import { isKnown, scriptsOf } from './release-scripts.ts';
import { originEvidence, trustedBy } from './trusted.ts';

/** Does a change bring a package along that nobody asked for and that runs code during the install. */
export const newTransitive: AnyCheck = defineCheck({
  id: 'new-transitive',
  scope: 'change',
  needs: { packument },
  uses: { provenance: originEvidence.provenance },
  options: { defaults: {}, properties: {} },
  rules: {
    'new-transitive/runs-code': {
      severity: 'error',
      summary: 'A change brings a package along that nobody asked for by name and that runs code during the install',
      why: 'Whoever reviews an update looks at the package that is updated. What it newly drags in runs its script all the same, on every machine.',
      fix: 'Find out which update needs it and why. If the script is honest, add the package under allowlists.install-scripts with the reason.',
      incident: 'axios (2026-03-31) brought plain-crypto-js, 141 Mastra packages (2026-06-17) easy-day-js: both with a script.',
      family: 'install-time',
    },
  },
  evaluate: ({ subject: { change }, known: { packument: document }, used, context }) => {
    if (change.type !== 'added') return { notApplicable: 'it was there before, or is gone' };
    const component = change.after;
    if (context.before === undefined || wasThere(component, context.before))
      return { notApplicable: 'the package was there before in another version' };
    if (context.isDirect(component)) return { notApplicable: 'a manifest of this repository asks for it by name' };
    const release = document.status === 'published' ? document.releases.get(component.version) : undefined;
    if (release === undefined) return { notApplicable: 'the registry does not know this version' };
    const scripts = scriptsOf(release);
    const entry = context.allowed('install-scripts', component.name);
    if (scripts.size === 0 || (entry !== undefined && isKnown(scripts, entry))) return [];
    const trusted = trustedBy(component, { ...used, packument: document }, context);
    if (trusted !== undefined) return { notApplicable: trusted };
    return [
      {
        rule: 'new-transitive/runs-code',
        message: `${labelOf(component)} is new, nobody here asked for it, and it runs code during the install`,
        facts: [...scripts].map(([event, command]) => ({ label: event, value: command, source: 'registry' })),
        help: ['take the update back that brought it, until you know why it is needed'],
      },
    ];
  },
});

function wasThere(component: Component, before: Inventory): boolean {
  return [...before.components.values()].some(({ name }) => name === component.name);
}

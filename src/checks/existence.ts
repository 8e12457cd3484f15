import { packument } from '../evidence/packument.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { formatDate } from '../model/units.ts';

/** Does the registry know this name and this version at all. */
export const existence: AnyCheck = defineCheck({
  id: 'existence',
  scope: 'component',
  needs: { packument },
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'existence/name-missing': {
      severity: 'error',
      summary: 'The registry has no package of this name',
      why: 'A name that nobody owns can be registered by anybody tomorrow. Language models invent such names, and attackers register what they invent.',
      fix: 'Find the package that was meant. If it is private, configure the scope or registry that has it.',
      incident: 'One in five code samples of language models named a package that does not exist (USENIX Security 2025).',
      family: 'source',
    },
    'existence/version-missing': {
      severity: 'error',
      summary: 'The registry has the package, but not this version',
      why: 'The version was withdrawn, or the lockfile was written against something else than this registry.',
      fix: 'Take a version that exists, and find out why this one left.',
      family: 'source',
    },
    'existence/unpublished': {
      severity: 'error',
      summary: 'All versions were withdrawn from the registry',
      why: 'Withdrawn names have been taken over before; until then nothing can be installed.',
      fix: 'Replace the package.',
      family: 'source',
    },
    'existence/security-placeholder': {
      severity: 'error',
      summary: 'The registry replaced the package by a security placeholder',
      why: 'The registry removes malicious packages and leaves an empty holder under their name. The lockfile asks for what was removed.',
      fix: 'Remove the package, and treat machines that installed it before as compromised until shown otherwise.',
      family: 'source',
    },
  },
  evaluate: ({ subject: { component }, known: { packument: document } }) => {
    if (component.isBundled) return { notApplicable: 'it travels inside the tarball of another package' };
    const { name, version } = component;
    const facts = [{ label: 'registry', value: document.registry, source: 'configuration' }];
    switch (document.status) {
      case 'missing':
        return [
          {
            rule: 'existence/name-missing',
            message: `${name} does not exist in the registry`,
            facts,
            help: ['check the spelling and where the name came from; a private package needs its registry configured'],
          },
        ];
      case 'unpublished':
      case 'empty': {
        const when = document.unpublishedAt === undefined ? '' : ` on ${formatDate(document.unpublishedAt)}`;
        return [
          {
            rule: 'existence/unpublished',
            message: `${name} was unpublished${when}: the registry has no version of it`,
            facts,
            help: ['replace the package'],
          },
        ];
      }
      case 'security-holding':
        return [
          {
            rule: 'existence/security-placeholder',
            message: `${name} was removed by the registry for security reasons`,
            facts,
            help: ['remove it; check the machines that have installed it'],
          },
        ];
      case 'published':
        if (document.versions.has(version)) return [];
        return [
          {
            rule: 'existence/version-missing',
            message: `${name}@${version} is not in the registry`,
            facts: [
              ...facts,
              {
                label: 'latest',
                value: Object.hasOwn(document.distTags, 'latest') ? (document.distTags['latest'] ?? 'none') : 'none',
                source: 'registry',
              },
            ],
            help: ['install again to lock a version that exists, and find out why this one left'],
          },
        ];
    }
  },
});

import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';

/** Is the content of this package pinned by a strong digest in the lockfile itself. Needs no evidence but the lockfile. */
export const integrity: AnyCheck = defineCheck({
  id: 'integrity',
  scope: 'component',
  needs: {},
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'integrity/missing': {
      severity: 'warning',
      summary: 'The lockfile names no digest for a package that is downloaded',
      why: 'Without a digest, whoever answers the request decides what is installed: a changed tarball is not noticed.',
      fix: 'Let the package manager write the lockfile again; if the digest stays away, the registry does not publish one.',
      family: 'content',
    },
    'integrity/weak': {
      severity: 'warning',
      summary: 'The only digest is SHA-1 or MD5',
      why: 'Collisions of both can be made on purpose, so two different tarballs can carry the same digest.',
      fix: 'Remove the entry and install again: current package managers write SHA-512.',
      family: 'content',
    },
  },
  evaluate: ({ subject: { component } }) => {
    if (component.source.type === 'git' || component.source.type === 'file') {
      return {
        notApplicable: `a ${component.source.type} dependency is pinned by its ${component.source.type === 'git' ? 'commit' : 'path'}`,
      };
    }
    if (component.isBundled) return { notApplicable: 'it travels inside the tarball of another package' };
    const name = labelOf(component);
    const [strongest] = component.integrity ?? [];
    if (strongest === undefined) {
      if (component.properties?.['yarn:cacheChecksum'] !== undefined)
        return { notApplicable: "yarn pins its own archive of it, not the registry's tarball" };
      return [
        {
          rule: 'integrity/missing',
          message: `${name} has no digest in the lockfile`,
          help: ['run the package manager once more so that it writes the digest'],
        },
      ];
    }
    if (strongest.algorithm === 'sha1' || strongest.algorithm === 'md5') {
      return [
        {
          rule: 'integrity/weak',
          message: `${name} is pinned by ${strongest.algorithm.toUpperCase()} only`,
          facts: [{ label: 'digest', value: `${strongest.algorithm} ${strongest.digest}`, source: 'lockfile' }],
          help: ['remove its lockfile entry and install again to get SHA-512'],
        },
      ];
    }
    return [];
  },
});

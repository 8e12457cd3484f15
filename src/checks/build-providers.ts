import type { JsonSchema } from '../model/check.ts';
import { type BuildProvider, publicProviders } from '../provenance/identity.ts';

/** The policy option that the provenance checks share: who else may speak for builds. */
export const providersOption: JsonSchema = {
  type: 'array',
  default: [],
  description: 'Build providers beside github.com and gitlab.com: GitHub Enterprise tenants, own GitLab instances.',
  items: {
    type: 'object',
    required: ['issuer', 'type', 'origin'],
    properties: {
      issuer: { type: 'string', format: 'uri', description: 'The exact OIDC issuer.' },
      type: { type: 'string', enum: ['github', 'gitlab'], description: 'Which kind of service it is.' },
      origin: { type: 'string', format: 'uri', description: 'Scheme and host of its repositories, e.g. https://github.com.' },
    },
  },
};

/** All providers of a run: the public ones and the policy's. */
export function allProviders(own: readonly BuildProvider[]): readonly BuildProvider[] {
  return [...publicProviders, ...own];
}

import type { JsonSchema } from '../model/check.ts';
import type { TrustedParty } from '../model/trusted-party.ts';
import { type PolicyNode, itemsOf, wrong } from './document.ts';
import { readOption } from './options.ts';

/** The shape of one trusted party, for validation and for the published JSON Schema. */
export const trustedSchema: JsonSchema = {
  type: 'object',
  description: 'Own people: their releases need no proof of age and standing. Signatures, integrity and malware are judged all the same.',
  required: ['reason'],
  properties: {
    package: {
      type: 'string',
      format: 'package-pattern',
      description: 'The exact name, or @scope/*; whatever they publish where it is left out.',
    },
    publishers: { type: 'array', items: { type: 'string', minLength: 1 }, description: 'Accounts, as the registry names them.' },
    repositories: {
      type: 'array',
      items: { type: 'string', minLength: 3 },
      description: 'Repositories whose builds are trusted, e.g. github:acme/ui; proven by provenance.',
    },
    registry: { type: 'string', format: 'uri', description: 'A registry that only own people can publish to.' },
    reason: { type: 'string', minLength: 5, description: 'Why.' },
  },
};

/** Reads the list of trusted parties. One that names nobody is refused: anybody can take a name. */
export function readTrusted(node: PolicyNode): readonly TrustedParty[] {
  return itemsOf(node).map((item) => {
    // Proven by its schema.
    const value = readOption(item, trustedSchema) as {
      package?: string;
      publishers?: string[];
      repositories?: string[];
      registry?: string;
      reason: string;
    };
    const party: TrustedParty = {
      package: value.package ?? '*',
      publishers: value.publishers ?? [],
      repositories: value.repositories ?? [],
      ...(value.registry === undefined ? {} : { registry: value.registry }),
      reason: value.reason,
      location: item.location,
    };
    if (party.publishers.length === 0 && party.repositories.length === 0 && party.registry === undefined)
      throw wrong(item, 'names nobody', 'add publishers, repositories or a registry: a name alone can be taken by anybody');
    return party;
  });
}

import type { JsonSchema } from '../model/check.ts';

/** Another limit for one package or one scope: `after: 0m` asks for no age at all. */
export interface AgeException {
  readonly package: string;
  /** Milliseconds. */
  readonly after: number;
  readonly reason: string;
}

/** The policy option that both age checks share. */
export const ageExceptions: JsonSchema = {
  type: 'array',
  default: [],
  description: 'Other limits for single packages or scopes.',
  items: {
    type: 'object',
    required: ['package', 'after', 'reason'],
    properties: {
      package: { type: 'string', format: 'package-pattern', description: 'An exact name or @scope/*.' },
      after: { type: 'string', format: 'duration', description: 'The age that is asked for instead.' },
      reason: { type: 'string', minLength: 5, description: 'Why.' },
    },
  },
};

/** The exception for a package: its exact name before its scope. */
export function limitFor(exceptions: readonly AgeException[], name: string): AgeException | undefined {
  return (
    exceptions.find((exception) => exception.package === name) ??
    exceptions.find((exception) => exception.package.endsWith('/*') && name.startsWith(exception.package.slice(0, -1)))
  );
}

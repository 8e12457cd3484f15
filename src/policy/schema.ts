import type { AnyCheck, JsonSchema } from '../model/check.ts';
import type { RuleLevel } from '../model/policy.ts';
import { extendsSchema } from './extends.ts';
import { registriesSchema } from './registries.ts';
import { trustedSchema } from './trusted.ts';
import { waiverSchema } from './waivers.ts';

/** The sections of a policy file. */
export const sections: readonly string[] = [
  'version',
  'extends',
  'rules',
  'checks',
  'registries',
  'trusted',
  'allowlists',
  'waivers',
  'inconclusive',
];

export const ruleLevels: readonly RuleLevel[] = ['off', 'note', 'warning', 'error'];

export const inconclusiveSchema: JsonSchema = {
  type: 'object',
  description: 'Missing evidence that is knowingly accepted.',
  required: ['reason'],
  properties: {
    check: { type: 'string', description: 'A check id, or * for all.' },
    checks: { type: 'array', items: { type: 'string' }, description: 'Several check ids.' },
    registry: { type: 'string', description: 'The host that does not answer, or * for all. Default: *' },
    reason: { type: 'string', minLength: 15, description: 'Why that is acceptable, in at least 15 characters.' },
  },
};

export const allowlistSchema: JsonSchema = {
  type: 'object',
  required: ['package', 'reason'],
  properties: {
    package: { type: 'string', format: 'package-pattern', description: 'The exact name, or @scope/* of an own scope.' },
    reason: { type: 'string', minLength: 5, description: 'Why it is allowed.' },
  },
};

/** The JSON Schema (draft 2020-12) of `lockgate.yaml`, for editors. Built from the checks, so it cannot drift from them. */
export function policyJsonSchema(checks: readonly AnyCheck[], engineRules: readonly string[]): unknown {
  const rules = [
    ...checks.flatMap((check) => Object.entries(check.rules).map(([id, meta]) => [id, meta.summary] as const)),
    ...engineRules.map((id) => [id, ''] as const),
  ];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Lockgate policy',
    type: 'object',
    additionalProperties: false,
    required: ['version'],
    properties: {
      version: { const: 1 },
      extends: publish(extendsSchema),
      rules: {
        type: 'object',
        description: 'The level of a rule; a rule that is not named keeps its own.',
        additionalProperties: false,
        properties: Object.fromEntries(
          rules.map(([id, description]) => [id, { enum: ruleLevels, ...(description === '' ? {} : { description }) }]),
        ),
      },
      checks: {
        type: 'object',
        description: 'Options of single checks.',
        additionalProperties: false,
        properties: Object.fromEntries(
          checks
            .filter((check) => Object.keys(check.options.properties).length > 0)
            .map((check) => [check.id, publish({ type: 'object', properties: check.options.properties })]),
        ),
      },
      registries: { type: 'array', items: publish(registriesSchema) },
      trusted: { type: 'array', items: publish(trustedSchema) },
      allowlists: {
        type: 'object',
        additionalProperties: false,
        properties: { 'install-scripts': { type: 'array', items: publish(allowlistSchema) } },
      },
      waivers: { type: 'array', items: publish(waiverSchema) },
      inconclusive: {
        type: 'object',
        additionalProperties: false,
        properties: { accept: { type: 'array', items: publish(inconclusiveSchema) } },
      },
    },
  };
}

/** Our subset in the standard's words: own formats become patterns, objects are closed. */
function publish(schema: JsonSchema): unknown {
  const { format, properties, additionalProperties, items, prove: _, ...rest } = schema;
  const pattern = format === 'duration' ? '^\\d{1,6}(m|h|d|w)$' : format === 'date' ? '^\\d{4}-\\d{2}-\\d{2}$' : undefined;
  return {
    ...rest,
    ...(pattern === undefined ? {} : { pattern }),
    ...(items === undefined ? {} : { items: publish(items) }),
    ...(schema.type === 'object'
      ? {
          properties: Object.fromEntries(Object.entries(properties ?? {}).map(([name, property]) => [name, publish(property)])),
          additionalProperties: additionalProperties === undefined ? false : publish(additionalProperties),
        }
      : {}),
  };
}

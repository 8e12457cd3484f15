import type { AssessInput } from '../../src/engine/assess.ts';
import { defaultPolicy } from '../../src/policy/load.ts';
import { registries } from '../support/registries.ts';

/** What an assessment is made from, with the default policy and nothing that these tests are not about. */
export function assessInput(own: Pick<AssessInput, 'inventory' | 'checks' | 'collectors' | 'now'> & Partial<AssessInput>): AssessInput {
  return {
    policy: defaultPolicy({ checks: own.checks, engineRules: [], now: own.now }),
    registries,
    allowed: () => undefined,
    siblingLockfiles: [],
    documents: [],
    notes: [],
    tool: { name: 'lockgate', version: '0.0.0' },
    signal: new AbortController().signal,
    onProgress: () => {},
    ...own,
  };
}

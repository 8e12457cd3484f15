import { withDeadline } from './platform/deadline.ts';
import { GateError } from './model/gate-error.ts';
import type { HttpClient } from './model/http.ts';
import type { Policy, Waiver } from './model/policy.ts';
import { readBaseline } from './policy/baseline.ts';
import { extendedBy, provenText } from './policy/extends.ts';
import { type PolicyVocabulary, defaultPolicy, loadPolicy, withBaseline, withWaivers } from './policy/load.ts';

/** What a gate's policy is put together from. */
export interface PolicySources {
  /** The policy; absent for the built-in defaults. `path` is what reports call it. */
  readonly policy?: { readonly text: string; readonly path: string; readonly extended?: { readonly text: string; readonly path: string } };
  /** Known findings that do not decide; see `lockgate init --baseline`. */
  readonly baseline?: { readonly text: string; readonly path: string };
  /** Permissions for this gate alone, beside the policy's. */
  readonly allowedOnce?: readonly Waiver[];
}

/**
 * The effective policy: the file over what it extends over the defaults, with the baseline and what this run alone permits. Throws
 * `GateError` for a policy that cannot be used, or one that it extends and that cannot be had.
 */
export async function policyOf(
  { policy, baseline, allowedOnce = [] }: PolicySources,
  vocabulary: PolicyVocabulary,
  http: HttpClient,
): Promise<Policy> {
  const parent = policy === undefined ? undefined : await extendedPolicy(policy, vocabulary, http);
  const effective = policy === undefined ? defaultPolicy(vocabulary) : loadPolicy(policy.text, policy.path, vocabulary, parent);
  const known = baseline === undefined ? effective : withBaseline(effective, readBaseline(baseline.text, baseline.path));
  return allowedOnce.length === 0 ? known : withWaivers(known, allowedOnce);
}

async function extendedPolicy(
  policy: NonNullable<PolicySources['policy']>,
  vocabulary: PolicyVocabulary,
  http: HttpClient,
): Promise<Policy | undefined> {
  const extended = extendedBy(policy.text, policy.path);
  if (extended === undefined) return undefined;
  const name = 'url' in extended.from ? extended.from.url : (policy.extended?.path ?? extended.from.path);
  const bytes = 'url' in extended.from ? await download(extended.from.url, http) : Buffer.from(policy.extended?.text ?? '');
  return loadPolicy(provenText(bytes, extended), name, vocabulary);
}

async function download(url: string, http: HttpClient): Promise<Buffer> {
  const limits = { maxBytes: 1_048_576, maxDecodedBytes: 1_048_576 };
  const outcome = await withDeadline(20_000, undefined, (signal) => http.get(url, { ...limits, signal }));
  if (outcome.type === 'response' && outcome.status === 200) return outcome.body;
  const why = outcome.type === 'response' ? `HTTP ${outcome.status}` : outcome.detail;
  throw new GateError('policy-missing', `the policy that this one extends cannot be read: ${why}`, {
    hint: `is ${url} reachable from here?`,
  });
}

import type { Decision } from './decision.ts';

/** What a running firewall tells, as data: one line of a structured log each. */
export type FirewallEvent =
  | { readonly type: 'listening'; readonly origin: string; readonly registry: string; readonly policy: string }
  | {
      readonly type: 'request';
      readonly method: string;
      /** As it was asked for, without the query, at most 300 characters. */
      readonly path: string;
      readonly status: number;
      /** Of the body, as it was sent. */
      readonly bytes: number;
      readonly milliseconds: number;
      readonly client: string;
      readonly agent: string;
    }
  | { readonly type: 'decision'; readonly decision: Decision }
  /** Something that an operator should look at: an upstream that does not answer, a policy that cannot be read, a bug. */
  | { readonly type: 'trouble'; readonly what: string }
  | { readonly type: 'reloaded'; readonly policy: string }
  | { readonly type: 'stopped' };

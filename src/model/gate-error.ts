import type { Location } from './component.ts';

/** What went wrong, for machines. The user's trouble only: a bug is an ordinary Error, the world's trouble is a value. */
export type GateErrorCode =
  | 'usage'
  | 'lockfile-missing'
  | 'lockfile-invalid'
  | 'lockfile-unsupported'
  | 'lockfile-too-large'
  | 'policy-invalid'
  | 'policy-missing'
  | 'configuration-invalid'
  | 'git'
  /** The audits' store: damaged, locked, newer than this program, or not to be written. */
  | 'store'
  | 'input-invalid'
  | 'output-failed'
  | 'store-unavailable';

/** Something the user must put right: a stable code, what is wrong, where, and what helps. */
export class GateError extends Error {
  readonly code: GateErrorCode;
  readonly location: Location | undefined;
  readonly hint: string | undefined;

  constructor(
    code: GateErrorCode,
    message: string,
    details: { readonly location?: Location; readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'GateError';
    this.code = code;
    this.location = details.location;
    this.hint = details.hint;
  }
}

import * as v from 'valibot';
import type { EvidenceKey } from '../model/evidence.ts';
import { type TarballContent, isTarball, tarballSubject } from './tarball.ts';

/** The content of the release before, for comparison. */
export type PreviousTarball =
  | { readonly status: 'read'; readonly version: string; readonly content: TarballContent }
  /** The registry lists no release below this one. */
  | { readonly status: 'first-release' }
  /** This version holds nothing that a comparison would be about: no script, no native code, no tool's file. */
  | { readonly status: 'not-needed' };

const shape = v.variant('status', [
  v.object({
    status: v.literal('read'),
    version: v.string(),
    content: v.custom<TarballContent>((value) => isTarball(value) && value.status === 'read'),
  }),
  v.object({ status: v.literal('first-release') }),
  v.object({ status: v.literal('not-needed') }),
]);

/** The tarball of the release before, read only where this one's raises a question. Same subjects as `tarball`. */
export const previousTarball: EvidenceKey<PreviousTarball> = {
  id: 'previous-tarball',
  shape: (value): value is PreviousTarball => v.is(shape, value),
  subjectOf: tarballSubject,
};

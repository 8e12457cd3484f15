import * as v from 'valibot';
import type { EvidenceKey } from '../model/evidence.ts';
import { releaseSubject } from './subjects.ts';

/** A licence whose terms stand in a file. Mirrors what `detectLicences` answers. */
export interface FileLicence {
  /** SPDX id without `-only` or `-or-later`. */
  readonly id: string;
  /** Share of the licence's text that is there, 0 to 1. */
  readonly coverage: number;
  readonly band: 'same' | 'close' | 'review';
}

/** One file of a package that states terms: LICENSE, COPYING, NOTICE, or what `SEE LICENSE IN` names. */
export interface LicenceFile {
  /** Relative to the package, posix separators. */
  readonly path: string;
  readonly text: string;
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
  readonly licences: readonly FileLicence[];
  /** Licences that are only named or linked. */
  readonly references: readonly string[];
  /** What belongs to no licence speaks of duties, limits or money. */
  readonly hasOwnConditions: boolean;
}

/** The files of one package version that state its terms, sorted by path; empty where it ships none. */
export interface LicenceFiles {
  readonly files: readonly LicenceFile[];
}

const shape = v.object({
  files: v.array(
    v.object({
      path: v.string(),
      text: v.string(),
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      licences: v.array(v.object({ id: v.string(), coverage: v.number(), band: v.picklist(['same', 'close', 'review']) })),
      references: v.array(v.string()),
      hasOwnConditions: v.boolean(),
    }),
  ),
});

/** The licence files in a version's tarball. One per `name@version`. */
export const licenceFiles: EvidenceKey<LicenceFiles> = {
  id: 'licence-files',
  shape: (value): value is LicenceFiles => v.is(shape, value),
  subjectOf: releaseSubject,
};

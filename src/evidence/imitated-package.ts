import type { EvidenceKey } from '../model/evidence.ts';
import { packageSubject } from './subjects.ts';
import { isListOf, isText, isVariantOf, optional } from './shape.ts';

/** The registry's record of the popular package that a name may be taken for; `none` where it resembles nothing. */
export type ImitatedPackage =
  | { readonly status: 'none' }
  | {
      readonly status: 'published';
      readonly name: string;
      /** Accounts that may publish it, as the registry says: unsigned metadata. Absent where the document does not say. */
      readonly maintainers?: readonly string[];
    };

const shape = isVariantOf<ImitatedPackage>({
  none: {},
  published: { name: isText, maintainers: optional(isListOf(isText)) },
});

/** One per name; asks the registry only about names that resemble a popular one. */
export const imitatedPackage: EvidenceKey<ImitatedPackage> = {
  id: 'imitated-package',
  shape,
  subjectOf: packageSubject,
};

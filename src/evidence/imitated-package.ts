import * as v from 'valibot';
import type { EvidenceKey } from '../model/evidence.ts';

const name = v.pipe(v.string(), v.maxLength(1024));
const shape = v.variant('status', [
  v.object({ status: v.literal('none') }),
  v.object({
    status: v.literal('published'),
    name,
    /** Who may publish it, as the registry says: unsigned metadata. Absent where the document does not say. */
    maintainers: v.exactOptional(v.array(name)),
    repository: v.exactOptional(v.string()),
  }),
]);

/** The registry's record of the popular package that a name may be taken for; `none` where it resembles nothing. */
export type ImitatedPackage = v.InferOutput<typeof shape>;

/** One per name; asks the registry only about names that resemble a popular one. */
export const imitatedPackage: EvidenceKey<ImitatedPackage> = {
  id: 'imitated-package',
  shape: (value): value is ImitatedPackage => v.is(shape, value),
  subjectOf: (component) => (component.source.type === 'registry' ? component.name : undefined),
};

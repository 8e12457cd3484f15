/**
 * What is said of a registry that signs everything and whose documents come without any signature: one sentence for
 * signatures and attestations, so that reports say it once.
 */
export const strippedDocuments =
  'its documents come without the signatures that this registry puts on every version: something in between strips them, so their silence about attestations says nothing either';

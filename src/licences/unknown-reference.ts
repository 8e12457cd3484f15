/** Stands for a part that could not be read: no policy allows it, so that an AND cannot pass by forgetting it. */
export function unknownReference(index: number): string {
  return `LicenseRef-unknown-${index + 1}`;
}

import type { Tarball, TarballContent } from '../evidence/tarball.ts';

/** The content of a tarball that was read, or which other check says what is wrong with it. */
export function contentOf(tarball: Tarball): TarballContent | { readonly notApplicable: string } {
  switch (tarball.status) {
    case 'read':
      return tarball;
    case 'different':
      return { notApplicable: 'its bytes are not the locked ones, which tarball-integrity reports' };
    case 'damaged':
      return { notApplicable: 'it cannot be unpacked, which tarball-archive reports' };
  }
}

/** Names a few of many: `a, b, c and 12 others`. */
export function fewOf(names: readonly string[], shown = 5): string {
  const rest = names.length - shown;
  return rest > 0 ? `${names.slice(0, shown).join(', ')} and ${rest} ${rest === 1 ? 'other' : 'others'}` : names.join(', ');
}

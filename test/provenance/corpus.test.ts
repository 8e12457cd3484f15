import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from '../../scripts/corpus/attestations.ts';

const corpus = fileURLToPath(new URL('../../../shared/corpus', import.meta.url));
const isThere = existsSync(`${corpus}/attestations`);

describe.skipIf(!isThere)('the corpus of attestations (skipped where it does not lie beside this repository)', () => {
  it('comes out as labelled, each case at its layer', async () => {
    const { failed, passed, lines } = await run({ directory: corpus });
    expect({ failed, lines: lines.filter((line) => line.includes('expected')) }).toEqual({ failed: 0, lines: [] });
    expect(passed).toBeGreaterThan(200);
  });
});

import { describe, expect, it } from 'vitest';
import { classifyLicenceChange } from '../../src/licences/change.ts';

describe('classifyLicenceChange', () => {
  it.each([
    ['MIT', 'MIT', 'wording'],
    ['MIT/X11', 'MIT', 'wording'],
    ['Apache 2.0', 'Apache-2.0', 'wording'],
    ['MIT OR ISC', '(ISC OR MIT)', 'wording'],
    ['BSD', 'BSD-3-Clause', 'clarified'],
    ['GPL', 'GPL-3.0-only', 'clarified'],
    ['', 'MIT', 'clarified'],
    ['SEE LICENSE IN LICENSE', 'AGPL-3.0-only', 'clarified'],
    ['MIT', 'ISC', 'permissive-swap'],
    ['MIT OR GPL-2.0-only', 'MIT', 'permissive-swap'],
    ['WTFPL', '(WTFPL OR MIT)', 'wider'],
    ['MIT AND CC-BY-3.0', 'MIT', 'wider'],
    ['BSD-4-Clause', 'BSD-3-Clause', 'wider'],
    ['GPL-2.0-only', 'GPL-2.0-or-later', 'wider'],
    ['UNLICENSED', 'MIT', 'wider'],
    ['MIT', 'MIT AND Zlib', 'narrower'],
    ['MIT', 'AGPL-3.0-or-later', 'narrower'],
    ['MIT', 'BUSL-1.1', 'narrower'],
    ['MIT', 'CC-BY-NC-4.0', 'narrower'],
    ['MIT', 'UNLICENSED', 'narrower'],
    ['MIT', 'Proprietary', 'narrower'],
    ['BSD', 'AGPL-3.0-only', 'narrower'],
    ['GPL-2.0-or-later', 'GPL-3.0-or-later', 'narrower'],
    ['MIT', 'SEE LICENSE IN LICENSE', 'unknown'],
    ['MIT', '', 'unknown'],
    ['MIT', undefined, 'unknown'],
    ['MIT', 'BSD', 'unknown'],
    [['BSD', 'MIT'], 'BSD-3-Clause AND MIT', 'narrower'],
    [{ type: 'MIT' }, 'MIT', 'wording'],
  ])('%j to %j is %s', (before, after, expected) => expect(classifyLicenceChange(before, after)).toBe(expected));
});

import { describe, expect, it } from 'vitest';
import { hitsVersion, readRegistryAdvisory, type RegistryAdvisory, registryHit } from '../../src/advisories/registry-advisory.ts';

const entry = {
  id: 1098583,
  url: 'https://github.com/advisories/GHSA-8hc4-vh64-cxmj',
  title: 'Server-Side Request Forgery in axios',
  severity: 'high',
  vulnerable_versions: '>=1.3.2 <1.7.4',
  cwe: ['CWE-918'],
  cvss: { score: 0, vectorString: null },
};

function read(over: Readonly<Record<string, unknown>> = {}): RegistryAdvisory {
  const one = readRegistryAdvisory({ ...entry, ...over });
  if (one === undefined) throw new Error('the entry is refused');
  return one;
}

describe("an entry of a registry's answer", () => {
  it('goes by the id that other databases use, too', () => {
    expect(read()).toMatchObject({ id: 'GHSA-8hc4-vh64-cxmj', aliases: ['npm-1098583'], severity: 'high', isMalware: false });
    expect(read()).not.toHaveProperty('score');
  });

  it.each([
    ['1.7.3', '>=1.3.2 <1.7.4', ['1.7.4'], undefined],
    ['1.7.4-beta.1', '>=1.3.2 <1.7.4', ['1.7.4'], undefined],
    ['1.7.3', '>=1.3.2 <=1.7.3', [], '1.7.3'],
    ['1.5.0', '<1.2.0 || >=1.3.2 <1.7.4 || >=1.7.4 <1.7.6', [], undefined],
    ['1.5.0', '^1.3.0', ['2.0.0'], undefined],
    ['1.5.0', '>=0', [], undefined],
    ['1.5.0', '*', [], undefined],
  ])('hits %s of %s and names the way out', (version, range, fixedVersions, lastAffected) => {
    const one = read({ vulnerable_versions: range });
    expect(hitsVersion(one, version)).toBe(true);
    expect(registryHit(one, version, 'registry.example')).toMatchObject({ fixedVersions });
    expect(registryHit(one, version, 'registry.example').lastAffected).toBe(lastAffected);
  });

  it.each(['1.3.1', '1.7.4', '2.0.0'])('does not hit %s outside its range, whatever the registry answers for', (version) => {
    expect(hitsVersion(read(), version)).toBe(false);
  });

  it('is malware by its weakness or its title', () => {
    expect(
      [read({ cwe: ['CWE-506'] }), read({ cwe: 'CWE-506' }), read({ title: 'Malware in axios-x' })].map(({ isMalware }) => isMalware),
    ).toEqual([true, true, true]);
  });

  it('shows no address with anything in it but a path', () => {
    expect(read({ url: 'javascript:alert(1)' }).url).toBe('');
    expect(read({ url: 'https://evil.example/\u001b[2J' }).url).toBe('');
  });

  it.each([
    ['no range', { vulnerable_versions: undefined }],
    ['a range that is none', { vulnerable_versions: 'most of them' }],
    ['a range beyond all bounds', { vulnerable_versions: Array.from({ length: 2000 }, (_, index) => `1.0.${index}`).join(' || ') }],
    ['no id', { id: undefined }],
    ['an id that is an object', { id: { toString: 'x' } }],
  ])('is refused with %s', (_, over) => expect(readRegistryAdvisory({ ...entry, ...over })).toBeUndefined());

  it('survives rubbish in every other field', () => {
    expect(read({ url: 7, title: {}, severity: [], cwe: 3, cvss: 'x' })).toMatchObject({
      id: 'npm-1098583',
      severity: 'unrated',
      summary: 'npm-1098583',
    });
  });
});

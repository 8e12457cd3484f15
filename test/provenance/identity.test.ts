import { describe, expect, it } from 'vitest';
import type { CertificateClaims } from '../../src/provenance/certificate.ts';
import { type BuildProvider, identityOf, publicProviders, workflowPath } from '../../src/provenance/identity.ts';

const github = 'https://token.actions.githubusercontent.com';
const workflow = 'https://github.com/acme/widget/.github/workflows/release.yml@refs/tags/v1.0.0';
const oldest = { 1: github, 2: 'push', 3: 'c0ffee', 4: 'Release', 5: 'acme/widget', 6: 'refs/tags/v1.0.0' };
const newest = {
  8: github,
  9: workflow,
  11: 'github-hosted',
  12: 'https://github.com/acme/widget',
  13: 'c0ffee',
  14: 'refs/tags/v1.0.0',
  15: '4711',
  18: workflow,
  20: 'push',
};

function claims(
  extensions: Readonly<Record<number, string>>,
  subject: CertificateClaims['subject'] = { kind: 'uri', value: workflow },
): CertificateClaims {
  return { subject, extensions: new Map(Object.entries(extensions).map(([number, value]) => [Number(number), value])) };
}

function reasonOf(given: CertificateClaims, providers: readonly BuildProvider[] = publicProviders): string {
  const result = identityOf(given, providers);
  return result.verdict === 'accepted' ? 'accepted' : result.refusal.reason;
}

describe('the identity of a build', () => {
  it('is read from either generation of extensions, and is the same', () => {
    const [former, current] = [identityOf(claims(oldest), publicProviders), identityOf(claims(newest), publicProviders)];
    expect(former).toMatchObject({
      verdict: 'accepted',
      value: { sourceRepository: 'https://github.com/acme/widget', commit: 'c0ffee', ref: 'refs/tags/v1.0.0', trigger: 'push' },
    });
    expect(current).toMatchObject({ value: former.verdict === 'accepted' ? former.value : undefined });
  });

  it('is refused when the two generations disagree', () => {
    for (const [number, value] of [
      [1, 'https://gitlab.com'],
      [2, 'issue_comment'],
      [3, 'dead'],
      [5, 'evil/widget'],
      [6, 'refs/pull/1/merge'],
    ] as const) {
      expect(reasonOf(claims({ ...oldest, ...newest, [number]: value }))).toMatch(/^certificate-/);
    }
    expect(reasonOf(claims({ ...oldest, ...newest }))).toBe('accepted');
  });

  it('is refused when anything that it stands on is missing', () => {
    for (const number of [8, 12, 13, 14, 20]) {
      expect(reasonOf(claims({ ...newest, [number]: '' }))).toMatch(/^certificate-/);
    }
  });

  it('is that of a build, not of a person', () => {
    expect(reasonOf(claims(newest, { kind: 'email', value: 'a@acme.example' }))).toBe('identity');
  });

  it('is vouched for by an exact issuer, for its own host only', () => {
    expect(reasonOf(claims({ ...newest, 8: `${github}/` }))).toBe('issuer');
    expect(reasonOf(claims({ ...newest, 8: 'https://gitlab.com' }))).toBe('certificate-repository');
    expect(reasonOf(claims({ ...newest, 12: 'https://github.com.evil.example/acme/widget' }))).toBe('certificate-repository');
    expect(reasonOf(claims(newest, { kind: 'uri', value: 'https://evil.example/workflow@refs/tags/v1.0.0' }))).toBe('certificate-identity');
  });

  it('may come from an enterprise that the policy names', () => {
    const issuer = `${github}/acme`;
    const enterprise: BuildProvider = { issuer, type: 'github', origin: 'https://github.com' };
    expect(reasonOf(claims({ ...newest, 8: issuer }))).toBe('issuer');
    expect(reasonOf(claims({ ...newest, 8: issuer }), [...publicProviders, enterprise])).toBe('accepted');
  });

  it('knows the workflow’s path without its ref, also that of a reusable one', () => {
    const own = identityOf(claims(newest), publicProviders);
    expect(own.verdict === 'accepted' && workflowPath(own.value)).toBe('.github/workflows/release.yml');
    const reusable = identityOf(
      claims(oldest, { kind: 'uri', value: 'https://github.com/ci/npm/.github/workflows/x.yml@refs/tags/v1' }),
      publicProviders,
    );
    expect(reusable.verdict === 'accepted' && workflowPath(reusable.value)).toBe('https://github.com/ci/npm/.github/workflows/x.yml');
  });
});

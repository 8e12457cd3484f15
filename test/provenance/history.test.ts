import { describe, expect, it } from 'vitest';
import { compareWithHistory, releaseLine, type ReleaseTrust } from '../../src/provenance/history.ts';
import type { BuildIdentity } from '../../src/provenance/identity.ts';

const identity: BuildIdentity = {
  provider: 'github',
  issuer: 'https://token.actions.githubusercontent.com',
  signer: 'https://github.com/acme/widget/.github/workflows/release.yml@refs/tags/v1.0.0',
  sourceRepository: 'https://github.com/acme/widget',
  commit: 'c0ffee',
  ref: 'refs/tags/v1.0.0',
  trigger: 'push',
  repositoryId: '4711',
  workflow: 'https://github.com/acme/widget/.github/workflows/release.yml@refs/tags/v1.0.0',
};

function plain(version: string, over: Partial<ReleaseTrust> = {}): ReleaseTrust {
  return { version, announced: 'none', ...over };
}

function built(version: string, over: Partial<BuildIdentity> = {}): ReleaseTrust {
  return { version, announced: 'provenance', identity: { ...identity, ...over } };
}

const reasons = (release: ReleaseTrust, others: readonly ReleaseTrust[]) => compareWithHistory(release, others).map(({ reason }) => reason);

describe('the history of a package', () => {
  it('finds nothing where nothing has changed', () => {
    expect(reasons(built('1.0.1', { ref: 'refs/tags/v1.0.1', commit: 'beef' }), [built('1.0.0')])).toEqual([]);
  });

  it('refuses a release without provenance after one with it, and after two without', () => {
    expect(compareWithHistory(plain('1.0.1'), [built('1.0.0')])).toMatchObject([
      { reason: 'trust-downgrade', evidence: 'verified', isRefusal: true },
    ]);
    expect(reasons(plain('1.0.3'), [plain('1.0.2'), plain('1.0.1'), built('1.0.0')])).toEqual(['trust-downgrade']);
  });

  it('says when only the metadata knows of the earlier provenance', () => {
    expect(compareWithHistory(plain('1.0.1'), [plain('1.0.0', { announced: 'trusted-publisher' })])).toMatchObject([
      { evidence: 'metadata' },
    ]);
  });

  it('sets a trusted publisher above provenance', () => {
    expect(reasons(built('1.0.1'), [{ ...built('1.0.0'), hasTrustedPublisher: true }])).toEqual(['publisher-downgrade']);
    expect(reasons({ ...built('1.0.1'), hasTrustedPublisher: true }, [built('1.0.0')])).toEqual([]);
    expect(reasons(plain('1.0.1', { announced: 'trusted-publisher' }), [built('1.0.0')])).toEqual([]);
  });

  it('does not compare a back-port with newer lines', () => {
    expect(reasons(plain('5.7.2', { publishedAt: 9 }), [built('7.0.0'), plain('5.7.1', { publishedAt: 1 })])).toEqual([]);
  });

  it('compares the first release of a new line with the line below', () => {
    expect(reasons(plain('2.0.0'), [built('1.9.0'), plain('0.9.0')])).toEqual(['trust-downgrade']);
  });

  it('does not measure a stable release by a prerelease, or by what was published later', () => {
    expect(reasons(plain('1.1.0'), [built('1.1.0-rc.1')])).toEqual([]);
    expect(releaseLine(plain('1.1.0', { publishedAt: 5 }), [plain('1.0.9', { publishedAt: 6 })])).toEqual([]);
  });

  it('finds no downgrade in a line that never had provenance', () => {
    expect(reasons(plain('1.0.1'), [plain('1.0.0')])).toEqual([]);
  });

  it('tells a rename from another repository by the id', () => {
    const renamed = {
      sourceRepository: 'https://github.com/newacme/widget',
      workflow: 'https://github.com/newacme/widget/.github/workflows/release.yml@refs/tags/v1.0.1',
    };
    expect(reasons(built('1.0.1', renamed), [built('1.0.0')])).toEqual(['repository-renamed']);
    expect(reasons(built('1.0.1', { ...renamed, repositoryId: '9' }), [built('1.0.0')])).toEqual(['repository-changed']);
    expect(reasons(built('1.0.1', { repositoryId: '9' }), [built('1.0.0')])).toEqual(['repository-changed']);
  });

  it('notices another workflow, kind of ref, and trigger', () => {
    const drift = {
      workflow: 'https://github.com/acme/widget/.github/workflows/x.yml@refs/heads/main',
      ref: 'refs/heads/main',
      trigger: 'workflow_dispatch',
    };
    expect(reasons(built('1.0.1', drift), [built('1.0.0')])).toEqual(['workflow-changed', 'ref-changed', 'trigger-changed']);
  });

  it('compares with the repository of an earlier release whose provenance was only announced', () => {
    const before = plain('1.0.0', { announced: 'provenance', repository: 'git+https://github.com/old/widget.git' });
    expect(compareWithHistory(built('1.0.1'), [before])).toMatchObject([
      { reason: 'repository-changed', evidence: 'metadata', isRefusal: true },
    ]);
  });
});

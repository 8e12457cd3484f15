/**
 * The whole gate over real HTTP, with a Sigstore and a registry of our own: what an honest release looks like, and everything
 * that can be done to it. TUF is in test/commands/trust.test.ts, a single collector's view in test/collectors/provenance.test.ts.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { render } from '../../src/index.ts';
import type { Report } from '../../src/model/report.ts';
import type { Fault } from '../loopback-registry/faults.ts';
import { type BuiltRelease, release, type ReleaseOptions } from '../loopback-registry/release.ts';
import { createSigner, type RegistrySigner } from '../loopback-registry/signing.ts';
import { attest, type Attested } from './attesting-registry.ts';
import { type Build, createEcosystem, type Ecosystem } from './ecosystem.ts';
import { createHermeticWorld, first, type HermeticWorld, said, second, widget, widgetName } from './hermetic-world.ts';

const name = widgetName;
const bothAttested: Attested = { [`${name}@1.0.0`]: {}, [`${name}@1.0.1`]: {} };
let ecosystem: Ecosystem;
let world: HermeticWorld;

beforeAll(async () => {
  ecosystem = await createEcosystem();
  world = createHermeticWorld(ecosystem);
});
afterEach(() => world.close());
afterAll(() => world.remove());

const serve: HermeticWorld['serve'] = (...args) => world.serve(...args);
const judge: HermeticWorld['judge'] = (...args) => world.judge(...args);
const newHome = (): string => world.newHome();

const inconclusive = ({ outcomes }: Report): readonly string[] =>
  outcomes.flatMap((outcome) => (outcome.result === 'inconclusive' ? [outcome.check] : []));

describe('an honest release', () => {
  it('passes without a word, over both generations of the log', async () => {
    const registry = await serve([first, second], { [`${name}@1.0.0`]: { log: 2 }, [`${name}@1.0.1`]: {} });
    const report = await judge(registry, [second]);
    expect({ said: said(report), verdict: report.verdict }).toEqual({ said: [], verdict: 'pass' });
  });

  it('says once that its registry vouches for its own keys, and no longer when the policy names them', async () => {
    const registry = await serve([first, second], bothAttested);
    const note = /verified with keys from its own endpoint/;
    expect((await judge(registry, [second])).notes.filter((one) => note.test(one))).toHaveLength(1);
    const keys = [registry.signer.publicKey, ecosystem.registryKey].map(({ keyid, key }) => ({ keyid, key }));
    const pinned = await judge(registry, [second], { registries: [{ keys }] });
    expect({ notes: pinned.notes.filter((one) => note.test(one)), verdict: pinned.verdict }).toEqual({ notes: [], verdict: 'pass' });
  });
});

describe('a release that somebody tampered with is refused', () => {
  it('swapped: the lockfile and the registry’s document name other bytes than were signed', async () => {
    const evil = release(widget('1.0.1', 2, { files: { 'index.js': 'steal()\n' } }));
    const signed = second.integrity;
    const registry = await serve([first, evil], { ...bothAttested, [`${name}@1.0.1`]: await attest(ecosystem, second) });
    const signature = { keyid: registry.signer.keyid, sig: registry.signer.sign(name, '1.0.1', signed) };
    registry.setPackages([first, release({ ...evil.options, dist: { signatures: [signature] } })]);
    expect(said(await judge(registry, [evil]))).toEqual(
      expect.arrayContaining(['provenance/not-proven error', 'registry-signature/invalid error']),
    );
  });

  it('let in through a second digest in the lockfile', async () => {
    const evil = release(widget('1.0.1', 2, { files: { 'index.js': 'steal()\n' } }));
    const registry = await serve([first, second], bothAttested);
    const either = { ...second, integrity: `${second.integrity} ${evil.integrity}` };
    expect(said(await judge(registry, [either]))).toEqual(
      expect.arrayContaining(['provenance/not-proven error', 'registry-integrity/differs error', 'registry-signature/invalid error']),
    );
  });

  it('replayed: it carries the attestations of the version before', async () => {
    const registry = await serve([first, second], { ...bothAttested, [`${name}@1.0.1`]: await attest(ecosystem, first) });
    const report = await judge(registry, [second]);
    expect(said(report)).toEqual(['provenance/not-proven error']);
    expect(report.verdict).toBe('fail');
  });

  it('downgraded: the releases before had provenance, as with axios', async () => {
    const registry = await serve([first, second], { [`${name}@1.0.0`]: {} });
    expect(said(await judge(registry, [second]))).toEqual(['provenance-history/downgrade error']);
  });

  it('attested by a registry and a Sigstore that nobody knows', async () => {
    const other = await createEcosystem();
    const registry = await serve([first, second], { ...bothAttested, [`${name}@1.0.1`]: await attest(other, second) });
    expect(said(await judge(registry, [second]))).toEqual(['provenance/unknown-signer error']);
  });
});

describe('what is taken away is not a pass', () => {
  it('the announcement alone: found all the same, and told', async () => {
    const registry = await serve([first, release({ ...second.options, dist: { attestations: undefined } })], bothAttested);
    expect(said(await judge(registry, [second]))).toEqual(['provenance/stripped warning']);
  });

  it('everything but the announcement, by a mirror that nobody described: told once, and refused where provenance is required', async () => {
    const registry = await serve([first, second], bothAttested);
    registry.setFaults([{ path: /attestations/, type: 'status', status: 404 }]);
    const report = await judge(registry, [second]);
    expect({ said: said(report), verdict: report.verdict }).toEqual({ said: [], verdict: 'pass' });
    expect(report.notes.filter((one) => /announces provenance and does not serve it/.test(one))).toHaveLength(1);
    const strict = await judge(registry, [second], { policy: 'checks: { provenance: { mode: required } }' });
    expect(said(strict)).toEqual(['provenance/missing error']);
  });

  it('all announcements of a package whose provenance was proven here before', async () => {
    const home = newHome();
    const registry = await serve([first, second], bothAttested);
    expect(said(await judge(registry, [second], { home }))).toEqual([]);
    const bare = [first, second].map((built) => release({ ...built.options, dist: { attestations: undefined } }));
    const cacheless = [{ path: '/@acme/widget', type: 'etag', etag: '"new"' } satisfies Fault];
    registry.setPackages(bare);
    registry.setFaults(cacheless);
    const later = Date.now() + 3 * 86_400_000;
    expect(said(await judge(registry, [second], { home, now: later }))).toEqual(['provenance/stripped warning']);
  });

  it('every signature of a registry that is known to sign: inconclusive once, and a pass with the line that is printed', async () => {
    const registry = await serve([first, second], {}, { isSigned: false });
    const registries = [{ offers: { signatures: 'offered' } }];
    const locked = [second];
    const report = await judge(registry, locked, { registries });
    expect({ verdict: report.verdict, errors: report.counts.errors }).toEqual({ verdict: 'inconclusive', errors: 0 });
    expect(new Set(inconclusive(report))).toEqual(
      new Set(['provenance', 'provenance-history', 'provenance-identity', 'registry-signature']),
    );
    const printed = render(report, 'text');
    expect(printed.match(/come without the signatures/g)).toHaveLength(1);
    const line = /inconclusive: \{ accept: .*\}$/m.exec(printed)?.[0] ?? '';
    expect((await judge(registry, locked, { registries, policy: `${line}\n` })).verdict).toBe('pass');
  });

  it('every signature, where the policy requires them: an error', async () => {
    const registry = await serve([first, second], {}, { isSigned: false });
    expect(said(await judge(registry, [second], { registries: [{ signatures: 'required' }] }))).toEqual([
      'registry-signature/required error',
    ]);
    expect((await judge(registry, [second], { registries: [{ signatures: 'if-offered' }] })).verdict).toBe('pass');
  });

  it('the keys, where the policy requires signatures: an error', async () => {
    const registry = await serve([first, second], {});
    registry.setFaults([{ path: '/-/npm/v1/keys', type: 'status', status: 404 }]);
    expect(said(await judge(registry, [second], { registries: [{ signatures: 'required' }] }))).toEqual([
      'registry-signature/required error',
    ]);
  });
});

describe('keys that rotate', () => {
  const retired = createSigner();
  const signedBy = (signer: RegistrySigner, built: BuiltRelease): BuiltRelease =>
    release({
      ...built.options,
      dist: { signatures: [{ keyid: signer.keyid, sig: signer.sign(name, built.options.version, built.integrity) }] },
    });
  const entry = ({ publicKey: { keyid, key } }: RegistrySigner, expires?: string) => ({
    keyid,
    key,
    ...(expires === undefined ? {} : { expires }),
  });

  it('are believed where the policy names both, the old one for what it signed in its time', async () => {
    const registry = await serve([signedBy(retired, first), second], {});
    const registries = [{ keys: [entry(retired, '2026-01-15'), entry(registry.signer)] }];
    expect((await judge(registry, [first], { registries })).verdict).toBe('pass');
    expect((await judge(registry, [second], { registries })).verdict).toBe('pass');
  });

  it('are refused after their end, and before anybody names them', async () => {
    const registry = await serve([first, signedBy(retired, second)], {});
    const both = [{ keys: [entry(retired, '2026-01-15'), entry(registry.signer)] }];
    expect(said(await judge(registry, [second], { registries: both }))).toEqual(['registry-signature/expired-key error']);
    const one = [{ keys: [entry(retired)] }];
    expect(said(await judge(registry, [first], { registries: one }))).toEqual(['registry-signature/unknown-key error']);
  });

  it('are never completed from the endpoint where the policy names its own', async () => {
    const registry = await serve([first], {});
    await judge(registry, [first], { registries: [{ keys: [entry(retired)] }] });
    expect(registry.requests.map(({ path }) => path)).not.toContain('/-/npm/v1/keys');
  });
});

describe('valid provenance of the wrong build', () => {
  const built = async (build: Partial<Build>, over: Partial<ReleaseOptions> = {}): Promise<Report> => {
    const now = release(widget('1.0.1', 2, over));
    const before = over.scripts === undefined ? first : release(widget('1.0.0', 1));
    return judge(await serve([before, now], { [`${name}@1.0.0`]: {}, [`${name}@1.0.1`]: { build } }), [now]);
  };

  it.each<[string, Partial<Build>, readonly string[]]>([
    [
      'of a fork',
      { repository: 'https://github.com/evil/widget', repositoryId: '666' },
      ['provenance-history/repository-changed error', 'provenance-identity/wrong-repository error'],
    ],
    [
      'started by a stranger’s pull request',
      { trigger: 'pull_request_target' },
      ['provenance-history/trigger-changed note', 'provenance-identity/risky-trigger error'],
    ],
    [
      'started by a stranger’s comment',
      { trigger: 'issue_comment' },
      ['provenance-history/trigger-changed note', 'provenance-identity/risky-trigger error'],
    ],
    [
      'of an unmerged pull request',
      { ref: 'refs/pull/7/merge' },
      ['provenance-history/ref-changed note', 'provenance-identity/unreviewed-ref error'],
    ],
    ['on a machine of somebody’s own', { runner: 'self-hosted' }, ['provenance-identity/self-hosted-runner error']],
    ['vouched for by somebody else', { issuer: 'https://accounts.example' }, ['provenance-identity/untrusted-issuer error']],
    ['by a second workflow', { workflow: '.github/workflows/bench.yml' }, ['provenance-history/workflow-changed warning']],
    [
      'by hand from a branch',
      { ref: 'refs/heads/hotfix', trigger: 'workflow_dispatch' },
      ['provenance-history/ref-changed warning', 'provenance-history/trigger-changed note'],
    ],
  ])('%s is told', async (_, build, expected) => {
    expect([...said(await built(build))].sort()).toEqual([...expected].sort());
  });

  const lately = new Date(Date.now() - 3 * 86_400_000).toISOString();
  const script = { scripts: { preinstall: 'node setup.mjs' }, publishedAt: lately };
  const errorsOf = ({ findings }: Report): readonly string[] =>
    findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);

  it('and a new install script raise each other, as a push to a branch would in the Red Hat scope', async () => {
    const report = await built({ ref: 'refs/heads/oidc' }, script);
    expect(said(report)).toEqual(['provenance-history/ref-changed warning']);
    expect(errorsOf(report)).toContain('install-scripts/new');
    expect(errorsOf(await built({ workflow: '.github/workflows/bench.yml' }, script))).toContain('provenance-history/workflow-changed');
  });

  it('is not what every attack needs: the right build cancels no other finding, as with TanStack and keyv', async () => {
    const report = await built({}, script);
    expect({ said: said(report), verdict: report.verdict }).toEqual({ said: [], verdict: 'fail' });
    expect(errorsOf(report)).toContain('install-scripts/new');
  });
});

describe('the trust root', () => {
  const dated = (daysAgo: number): string => {
    const date = new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
    return JSON.stringify({ ...(JSON.parse(ecosystem.trustData) as object), date });
  };

  // The shipped one is of another day: whichever is newer is in use, so these ages count from a clock ahead of both.
  it.each([
    [300, undefined, 'pass'],
    [310, /turn inconclusive after a year: run `lockgate trust update`/, 'pass'],
    [364, /turn inconclusive after a year: run `lockgate trust update`/, 'pass'],
    [370, /more than a year old: run `lockgate trust update`/, 'inconclusive'],
  ])('that is %i days old', async (age, note, verdict) => {
    const registry = await serve([first, second], bothAttested);
    const report = await judge(registry, [second], { now: Date.now() + age * 86_400_000, trust: dated(0) });
    const notes = report.notes.filter((one) => /trust root/.test(one));
    expect(notes).toEqual(note === undefined ? [] : [expect.stringMatching(note)]);
    expect(report.verdict).toBe(verdict);
    if (verdict === 'inconclusive') expect(render(report, 'text')).toMatch(/lockgate trust update/);
  });
});

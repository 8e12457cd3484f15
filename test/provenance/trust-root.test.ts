import { beforeAll, describe, expect, it } from 'vitest';
import { milliseconds } from '../../src/model/units.ts';
import { readTrustData, trustAge } from '../../src/provenance/shipped-trust.ts';
import { readTrustRoot } from '../../src/provenance/trust-root.ts';
import { readShipped } from '../../src/platform/allowlists.ts';
import { createEcosystem } from './ecosystem.ts';
import type { Json } from './trust-material.ts';

const day = 86_400_000;
let root: Json;

beforeAll(async () => {
  root = (await createEcosystem()).trustedRoot;
});

/** The root as text, with every member of this name replaced; undefined removes it. */
function withEvery(name: string, value: unknown): string {
  return JSON.stringify(root, (key, member: unknown) => (key === name ? value : member));
}

describe('a trust root', () => {
  it('names its logs by what their checkpoints carry', () => {
    const { logs } = readTrustRoot(JSON.stringify(root));
    expect(logs.map(({ name }) => name)).toEqual(['rekor.example', 'log2.rekor.example']);
  });

  it('is refused when a validity has no start: it would hold for all times', () => {
    expect(() => readTrustRoot(withEvery('start', undefined))).toThrow(/validFor\.start/);
  });

  it('reads an end that is null as no end, and refuses an unreadable one', () => {
    expect(readTrustRoot(withEvery('validFor', { start: '2026-01-01T00:00:00Z', end: null })).logs[0]?.validity).toEqual({
      start: Date.parse('2026-01-01T00:00:00Z'),
    });
    expect(() => readTrustRoot(withEvery('validFor', { start: '2026-01-01T00:00:00Z', end: 'later' }))).toThrow(/RFC 3339/);
    expect(() => readTrustRoot(withEvery('validFor', { start: '2026-01-01T00:00:00Z', end: '2025-01-01T00:00:00Z' }))).toThrow(
      /before it starts/,
    );
  });

  it('is refused when an id does not belong to its key', () => {
    expect(() => readTrustRoot(withEvery('keyId', Buffer.alloc(32, 1).toString('base64')))).toThrow(/not the hash of its key/);
  });

  it('is refused when it is no JSON or too large', () => {
    expect(() => readTrustRoot('{')).toThrow(/not JSON/);
    expect(() => readTrustRoot(' '.repeat(600_000))).toThrow(/512 KiB/);
  });
});

describe('the shipped trust data', () => {
  const shipped = readTrustData(Buffer.from(readShipped('registries/public-trust.json')).toString('utf8'));

  it('is sound, and holds keys for both uses', () => {
    expect(shipped.trustRoot.logs.length).toBeGreaterThan(1);
    expect(new Set(shipped.registryKeys.map(({ usage }) => usage))).toEqual(new Set(['signatures', 'attestations']));
  });

  it('announces its age sixty days before it turns stale, after a year', () => {
    const at = (days: number) => trustAge(shipped, milliseconds(shipped.date + days * day));
    expect([at(0), at(304), at(306), at(365), at(366)]).toEqual(['current', 'current', 'ageing', 'ageing', 'stale']);
    expect(trustAge(shipped, milliseconds(Number.NaN))).toBe('stale');
  });
});

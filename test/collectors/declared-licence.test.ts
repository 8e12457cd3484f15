import { describe, expect, it } from 'vitest';
import { createDeclaredLicenceCollector } from '../../src/collectors/declared-licence.ts';
import { declaredLicence } from '../../src/evidence/declared-licence.ts';
import { type Packument, packument } from '../../src/evidence/packument.ts';
import type { Component } from '../../src/model/component.ts';
import type { Collected, EvidenceKey, Observation } from '../../src/model/evidence.ts';
import { milliseconds } from '../../src/model/units.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, release } from '../support/packument.ts';

const now = milliseconds(1000);
const pad = component('left-pad', '1.3.0');

async function observe(one: Component, document?: Observation<Packument>): Promise<Observation<unknown> | undefined> {
  const collected: Collected = {
    // Only the packument is ever asked for.
    get: <T>(key: EvidenceKey<T>) => (key.id === packument.id ? (document as Observation<T> | undefined) : undefined),
  };
  // The collector is derived: it needs none of the ports.
  const collector = createDeclaredLicenceCollector({} as Parameters<typeof createDeclaredLicenceCollector>[0]);
  const subject = declaredLicence.subjectOf(one) ?? '';
  const answers = await collector.collect(new Map([[subject, [one]]]), {
    collected,
    signal: new AbortController().signal,
    now,
    onProgress: () => undefined,
  });
  return answers.get(subject);
}

function known(value: Packument): Observation<Packument> {
  return { state: 'known', value, observedAt: now, source: 'https://registry.example/' };
}

describe('the declared licence', () => {
  it("is the registry's, even where the lockfile says otherwise: the lockfile is part of what is judged", async () => {
    const document = known(packumentOf('left-pad', [release('1.3.0', { licence: 'GPL-3.0-only' })]));
    expect(await observe({ ...pad, licence: 'MIT' }, document)).toMatchObject({
      state: 'known',
      value: { field: 'GPL-3.0-only', from: 'registry' },
    });
  });

  it('is nothing where the full document has none', async () => {
    const document = known(packumentOf('left-pad', [release('1.3.0')]));
    expect(await observe({ ...pad, licence: 'MIT' }, document)).toMatchObject({ value: { from: 'registry' } });
  });

  it("is the lockfile's where the registry was not reached or its document has no licences", async () => {
    const away: Observation<Packument> = { state: 'unavailable', reason: 'offline', detail: 'offline' };
    const short = known(packumentOf('left-pad', [release('1.3.0')], { representation: 'abbreviated' }));
    for (const document of [away, short])
      expect(await observe({ ...pad, licence: 'MIT' }, document)).toMatchObject({ value: { field: 'MIT', from: 'lockfile' } });
  });

  it('stays unavailable where neither says anything', async () => {
    expect(await observe(pad, { state: 'unavailable', reason: 'timeout', detail: 'no answer' })).toMatchObject({
      state: 'unavailable',
      reason: 'timeout',
    });
  });

  it("is nobody's for a git dependency that the lockfile does not describe", async () => {
    const git = component('left-pad', '1.3.0', {
      source: { type: 'git', url: 'https://git.example/left-pad.git', commit: 'a'.repeat(40) },
    });
    expect(await observe(git)).toMatchObject({ state: 'known', value: { from: 'nobody' } });
  });

  it('does not exist for the packages of this repository', () => {
    expect(declaredLicence.subjectOf(component('app-core', '1.0.0', { source: { type: 'workspace', path: 'core' } }))).toBeUndefined();
  });
});

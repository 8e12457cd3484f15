/** What must always hold: no change of an answer, and no mixture of two honest ones, proves anything that was not signed. */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseIntegrity } from '../../src/model/integrity.ts';
import { milliseconds } from '../../src/model/units.ts';
import { type BundleVerifier, createBundleVerifier } from '../../src/provenance/bundle.ts';
import { type NpmAttestations, verifyNpmAttestations } from '../../src/provenance/npm-attestations.ts';
import { readTrustData } from '../../src/provenance/shipped-trust.ts';
import type { Verdict } from '../../src/provenance/verdict.ts';
import { runs } from '../support/campaign.ts';
import { sha512 } from '../support/inventory.ts';
import { createEcosystem, type Ecosystem } from './ecosystem.ts';

type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
type Path = readonly (string | number)[];

const widget = { name: '@acme/widget', version: '1.2.3', integrity: sha512(1) };
let ecosystem: Ecosystem;
let verifier: BundleVerifier;
const honest: Value[] = [];
/** Signed by the same Sigstore and registry: other bytes, another version, a fork with a build of its own. */
const foreign: Value[] = [];
const proofs: string[] = [];

beforeAll(async () => {
  ecosystem = await createEcosystem();
  verifier = await createBundleVerifier(readTrustData(ecosystem.trustData).trustRoot);
  for (const log of [1, 2] as const) {
    const answer = { attestations: [await ecosystem.publish(widget), await ecosystem.provenance(widget, { log })] };
    honest.push(plain(answer));
    proofs.push(factsOf(verify(answer)));
  }
  for (const target of [
    { ...widget, integrity: sha512(2) },
    { ...widget, version: '1.2.4' },
    { ...widget, name: '@acme/gadget' },
  ]) {
    const fork = { build: { repository: 'https://github.com/evil/fork', repositoryId: '666' } };
    foreign.push(plain({ attestations: [await ecosystem.publish(target), await ecosystem.provenance(target, fork)] }));
  }
});

function verify(response: unknown): Verdict<NpmAttestations> {
  const integrity = parseIntegrity(widget.integrity);
  if (integrity === undefined) throw new Error('no integrity');
  const keys = readTrustData(ecosystem.trustData).registryKeys;
  return verifyNpmAttestations({ ...widget, integrity, response, keys, verifier, now: milliseconds(Date.now() + 1000) });
}

/** Everything that a proof says, but for the number under which a log files an entry. */
function factsOf(result: Verdict<NpmAttestations>): string {
  if (result.verdict === 'refused') return 'refused';
  return JSON.stringify(result.value, (key, value: unknown) => (key === 'logIndex' ? 0 : value instanceof Map ? [...value] : value));
}

const isHonest = (response: Value): boolean => {
  const facts = factsOf(verify(response));
  // What is left of an answer may prove less, and never anything else.
  return facts === 'refused' || proofs.includes(facts) || proofs.some((proof) => proof.startsWith(facts.slice(0, -1)));
};

describe('an answer of the attestations endpoint', () => {
  it('proves itself, before anything is done to it', () => {
    for (const [index, response] of honest.entries()) expect(factsOf(verify(response))).toBe(proofs[index]);
    expect(proofs).not.toContain('refused');
    for (const response of foreign) expect(verify(response).verdict).toBe('refused');
  });

  it('proves nothing new with any one value changed, dropped or doubled', () => {
    const change = fc.record({ answer: fc.nat(1), place: fc.nat(), kind: fc.nat(5), at: fc.nat(), with: fc.nat() });
    fc.assert(
      fc.property(change, ({ answer, place, kind, at, with: byte }) => {
        const response = structuredClone(honest[answer] ?? null);
        const paths = pathsOf(response);
        const path = paths[place % paths.length] ?? [];
        edit(response, path, (value) => changed(value, kind, at, byte));
        return isHonest(response);
      }),
      { numRuns: runs(600) },
    );
  });

  it('proves nothing new with a part of another honest answer put in its place', () => {
    const graft = fc.record({ answer: fc.nat(1), donor: fc.nat(2), place: fc.nat(), second: fc.option(fc.nat()) });
    fc.assert(
      fc.property(graft, ({ answer, donor, place, second }) => {
        const response = structuredClone(honest[answer] ?? null);
        for (const choice of second === null ? [place] : [place, second]) {
          const paths = pathsOf(response);
          const path = paths[choice % paths.length] ?? [];
          const part = valueAt(foreign[donor] ?? null, path);
          if (part !== undefined) edit(response, path, () => structuredClone(part));
        }
        return isHonest(response);
      }),
      { numRuns: runs(600) },
    );
  });
});

/** As it comes out of JSON. */
function plain(value: unknown): Value {
  return JSON.parse(JSON.stringify(value)) as Value; // JSON has no other values
}

/** The places of all values but the root, in document order. */
function pathsOf(root: Value): readonly Path[] {
  const found: Path[] = [];
  const open: { readonly value: Value; readonly path: Path }[] = [{ value: root, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.path.length > 0) found.push(next.path);
    const { value, path } = next;
    if (typeof value !== 'object' || value === null) continue;
    const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
    for (const key of keys.toReversed()) open.push({ value: childOf(value, key) ?? null, path: [...path, key] });
  }
  return found;
}

function childOf(value: Value, key: string | number): Value | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? value[key] : undefined;
}

function valueAt(root: Value, path: Path): Value | undefined {
  let value: Value | undefined = root;
  for (const key of path) value = value === undefined ? undefined : childOf(value, key);
  return value;
}

/** Replaces the value at a place; undefined takes it away. */
function edit(root: Value, path: Path, change: (value: Value) => Value | undefined): void {
  const parent = valueAt(root, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof parent !== 'object' || parent === null || key === undefined) return;
  const value = change(childOf(parent, key) ?? null);
  if (Array.isArray(parent)) parent.splice(Number(key), 1, ...(value === undefined ? [] : [value]));
  else if (value === undefined) delete parent[key];
  else parent[key] = value;
}

function changed(value: Value, kind: number, at: number, byte: number): Value | undefined {
  if (kind === 0) return undefined;
  if (kind === 1) return null;
  if (kind === 2) return Array.isArray(value) ? [...value, ...value] : [value];
  if (typeof value !== 'string' || value.length === 0) return kind === 3 ? '' : 0;
  const place = at % value.length;
  if (kind === 3) return `${value.slice(0, place)}${String.fromCharCode(32 + (byte % 95))}${value.slice(place + 1)}`;
  if (kind === 4) return `${value}${String.fromCharCode(32 + (byte % 95))}`;
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === 0) return '';
  bytes[at % bytes.length] = byte % 256;
  return bytes.toString('base64');
}

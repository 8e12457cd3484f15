import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copiesByName, kindOf } from '../../src/engine/packages.ts';
import { bomRef, type Component, type Purl } from '../../src/model/component.ts';
import type { Hash } from '../../src/model/integrity.ts';
import { runs } from '../support/campaign.ts';
import { component, integrityOf } from '../support/inventory.ts';

const isDirect = ({ properties }: Component): boolean => properties?.['isDirect'] === 'yes';

describe('the copies of a package', () => {
  it('have one key for each thing that can be said of them, whatever somebody writes into a lockfile', () => {
    const hostile = fc.string({ unit: fc.constantFrom('1', ' ', 'a', '"', '\n', '{', '0'), maxLength: 5 });
    const digests = fc.array(fc.record({ algorithm: fc.constantFrom('sha512', 'sha1'), digest: hostile }), { maxLength: 2 });
    const copies = fc.array(
      fc.record({
        name: fc.constant('x'),
        version: hostile,
        purl: hostile,
        digests,
        licence: hostile,
        isBundled: fc.boolean(),
        place: hostile,
      }),
      { minLength: 1, maxLength: 3 },
    );
    type Written = (typeof copies extends fc.Arbitrary<infer T> ? T : never)[number];
    const made = (written: readonly Written[]): readonly Component[] =>
      written.map(({ name, version, purl, digests: given, licence, isBundled, place }) => {
        const { integrity: _, ...rest } = component(name, version, { purl: purl as Purl, licence, bomRef: bomRef(place) });
        const [first, ...others] = given as Hash[];
        return { ...rest, ...(first === undefined ? {} : { integrity: [first, ...others] }), ...(isBundled ? { isBundled: true } : {}) };
      });
    const said = (components: readonly Component[]): readonly string[] => [
      ...new Set(
        components.map(({ version, purl, integrity = [], licence, isBundled }) =>
          JSON.stringify([version, purl, integrity.map(({ algorithm, digest }) => [algorithm, digest]), licence, isBundled]),
        ),
      ),
    ];
    const keyOf = (components: readonly Component[]): string | undefined => copiesByName(components, isDirect).get('x')?.key;
    fc.assert(
      fc.property(copies, copies, (a, b) => {
        const [one, other] = [made(a), made(b)];
        expect(keyOf(one) === keyOf(other)).toBe(JSON.stringify(said(one)) === JSON.stringify(said(other)));
      }),
      { numRuns: runs(2_000) },
    );
  });

  it('are told apart by what is known of them, and not by their places', () => {
    const first = component('left-pad', '1.3.0');
    const same = component('left-pad', '1.3.0', { bomRef: bomRef('a/node_modules/left-pad'), location: { file: 'yarn.lock', line: 3 } });
    const other = component('left-pad', '1.3.0', { integrity: integrityOf(2) });
    const copies = copiesByName([first, same, other], () => false).get('left-pad');
    if (copies === undefined) throw new Error('it is among them');
    expect(copies.kinds).toEqual([first, other]);
    expect([first, same, other, component('left-pad', '1.3.0')].map((one) => kindOf(copies, one))).toEqual([0, 0, 1, -1]);
  });

  it('are other ones where the project asks for one of them itself', () => {
    const one = component('left-pad', '1.3.0');
    const [asked, brought] = [true, false].map((answer) => copiesByName([one], () => answer).get('left-pad'));
    expect(asked?.key).not.toBe(brought?.key);
    if (asked !== undefined) expect([one, { ...one }].map((copy) => kindOf(asked, copy))).toEqual([0, -1]);
  });
});

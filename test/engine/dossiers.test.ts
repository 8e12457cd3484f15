import { describe, expect, it } from 'vitest';
import { openDossiers } from '../../src/engine/dossiers.ts';
import type { Component } from '../../src/model/component.ts';
import type { Collected, EvidenceKey, Observation } from '../../src/model/evidence.ts';
import { milliseconds } from '../../src/model/units.ts';
import { component } from '../support/inventory.ts';

const named = ({ source, name }: Component): string | undefined => (source.type === 'registry' ? name : undefined);
const key = (id: string, subjectOf = named): EvidenceKey<string> => ({
  id,
  shape: (value): value is string => typeof value === 'string',
  subjectOf,
});
const [taste, colour, smell] = [key('taste'), key('colour'), key('smell', ({ purl }) => purl)];
const sour: Observation<unknown> = { state: 'known', value: 'sour', observedAt: milliseconds(0), source: 'orchard' };
const [quince, fig] = [component('quince', '1.0.0'), component('fig', '1.0.0', { source: { type: 'file', path: 'fig' } })];

/** Knows how everything tastes, and nothing else. */
function tasting(asked: string[]): Collected {
  return {
    get: <T>({ id }: EvidenceKey<T>, subject: string) => {
      asked.push(`${id} ${subject}`);
      return (id === 'taste' ? sour : undefined) as Observation<T> | undefined; // every key here is of texts
    },
  };
}

describe('the dossier of a component', () => {
  it('has an entry for each key at the place of that key', () => {
    const dossiers = openDossiers([taste, colour], tasting([]));
    expect(dossiers.of(quince)[dossiers.placeOf(taste)]).toBe(sour);
    expect(dossiers.of(quince)[dossiers.placeOf(colour)]).toEqual({ state: 'not-collected' });
  });

  it('tells evidence that does not exist for its kind of source from what was not collected', () => {
    const dossiers = openDossiers([taste, smell], tasting([]));
    expect(dossiers.of(fig)[dossiers.placeOf(taste)]).toEqual({ state: 'no-subject' });
    expect(dossiers.of(fig)[dossiers.placeOf(smell)]).toEqual({ state: 'not-collected' });
  });

  it('is put together once, whoever asks and however often', () => {
    const asked: string[] = [];
    const dossiers = openDossiers([taste, colour, taste], tasting(asked));
    expect(asked).toEqual([]);
    expect(dossiers.of(quince)).toBe(dossiers.of(quince));
    expect(asked).toEqual(['taste quince', 'colour quince']);
  });

  it('has no place for a key that it was not opened for: to say nothing of it would look like knowing nothing', () => {
    expect(() => openDossiers([taste], tasting([])).placeOf(colour)).toThrow('colour');
  });
});

import { lookalike } from '../../src/checks/lookalike.ts';
import { component } from '../support/inventory.ts';
import { now, testCheck } from './check-tester.ts';

const listed = { tier: 'none', downloads: 44_000_000, relations: [], conflation: [], measuredAt: now };

testCheck(lookalike, {
  passes: {
    'a plain name': { component: component('left-pad', '1.3.0') },
    'a scoped name': { component: component('@babel/core', '7.0.0') },
    'an old name with upper-case letters that everybody uses': {
      component: component('JSONStream', '1.3.5'),
      evidence: { popularity: listed },
    },
  },
  fails: {
    'a right-to-left override': {
      component: component('left\u{202e}dap', '1.0.0'),
      finds: [{ rule: 'lookalike/hidden-characters', severity: 'error', message: /U\+202E/ }],
    },
    'a zero-width space in an alias': {
      component: component('react', '18.0.0', { alias: 'reac\u{200b}t' }),
      finds: [{ rule: 'lookalike/hidden-characters' }],
    },
    'a Cyrillic letter': {
      component: component('l\u{43e}dash', '4.17.21'),
      finds: [{ rule: 'lookalike/foreign-letters', message: /reads as lodash$/ }],
    },
    'a name that is an option': { component: component('--no-audit', '1.0.0'), finds: [{ rule: 'lookalike/invalid-name' }] },
    'a name of 215 characters': {
      component: component('a'.repeat(215), '1.0.0'),
      finds: [{ rule: 'lookalike/invalid-name', message: /215/ }],
    },
    'an unknown name with upper-case letters': {
      component: component('Lodash', '1.0.0'),
      finds: [{ rule: 'lookalike/upper-case', severity: 'note' }],
    },
  },
});

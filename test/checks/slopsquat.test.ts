import { slopsquat } from '../../src/checks/slopsquat.ts';
import type { Packument, PackumentStatus } from '../../src/evidence/packument.ts';
import { component, inventory } from '../support/inventory.ts';
import { now, testCheck } from './check-tester.ts';
import { PublishedVersions } from '../../src/evidence/published-versions.ts';

const day = 86_400_000;
const invented = component('express-mongoose-connect', '1.0.0');
const unlisted = { tier: 'none', relations: [], conflation: [], measuredAt: now };
const mixed = {
  ...unlisted,
  conflation: [
    { name: 'express', downloads: 251e6 },
    { name: 'mongoose', downloads: 15e6 },
  ],
};

function document(status: PackumentStatus, age?: number, versionCount = 1): Packument {
  return {
    name: 'express-mongoose-connect',
    status,
    registry: 'https://registry.example/',
    representation: 'full',
    ...(age === undefined ? {} : { createdAt: now - age }),
    distTags: {},
    versions: PublishedVersions.of(Array.from({ length: versionCount }, (_, index) => ({ version: `1.0.${index}` }))),
    releases: new Map(),
  };
}

testCheck(slopsquat, {
  passes: {
    'a listed name': { component: invented, evidence: { popularity: { ...mixed, downloads: 900 }, packument: document('published', day) } },
    'an unlisted name of forty days': {
      component: invented,
      evidence: { popularity: unlisted, packument: document('published', 40 * day) },
    },
    'a mix of names with a history of its own': {
      component: invented,
      evidence: { popularity: mixed, packument: document('published', 700 * day, 9) },
    },
    'an unlisted name of a week where the policy asks for a day': {
      component: invented,
      evidence: { popularity: unlisted, packument: document('published', 7 * day) },
      options: { 'known-after': day },
    },
  },
  fails: {
    'a name that does not exist': {
      component: invented,
      evidence: { popularity: mixed, packument: document('missing') },
      finds: [{ rule: 'slopsquat/does-not-exist', severity: 'error', message: /invented/ }],
    },
    'a name that was removed': {
      component: invented,
      evidence: { popularity: unlisted, packument: document('security-holding') },
      finds: [{ rule: 'slopsquat/does-not-exist' }],
    },
    'an unlisted name of yesterday': {
      component: invented,
      evidence: { popularity: unlisted, packument: document('published', day) },
      finds: [{ rule: 'slopsquat/unknown-and-young', severity: 'error', message: /1 day old/ }],
    },
    'an unlisted name from the future': {
      component: invented,
      evidence: { popularity: unlisted, packument: document('published', -day) },
      finds: [{ rule: 'slopsquat/unknown-and-young', message: /future/ }],
    },
    'a mix of two popular names': {
      component: invented,
      evidence: { popularity: mixed, packument: document('published', 90 * day) },
      finds: [{ rule: 'slopsquat/conflation', severity: 'warning', message: /express and mongoose/ }],
    },
    'a mix of two popular names of unknown age': {
      component: invented,
      evidence: { popularity: mixed, packument: document('published', undefined, 20) },
      finds: [{ rule: 'slopsquat/conflation' }],
    },
  },
  notApplicable: {
    'a package that another package asks for': {
      component: invented,
      inventory: inventory([invented, component('app-server', '1.0.0')], {
        edges: { '.': ['node_modules/app-server'], 'node_modules/app-server': ['node_modules/express-mongoose-connect'] },
      }),
      evidence: { popularity: unlisted, packument: document('missing') },
    },
  },
});

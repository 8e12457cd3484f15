import { repositoryChange } from '../../src/checks/repository-change.ts';
import { component } from '../support/inventory.ts';
import { now, testCheck } from './check-tester.ts';

const day = 86_400_000;
const pad = component('left-pad', '1.3.1');
const history = (repository: string | undefined, before: string | undefined, age = 2): { readonly history: unknown } => ({
  history: {
    status: 'published',
    release: { version: '1.3.1', announced: 'none', ...(repository === undefined ? {} : { repository }) },
    publishedAt: now - age * day,
    earlier: [{ version: '1.3.0', announced: 'none', ...(before === undefined ? {} : { repository: before }) }],
  },
});

testCheck(repositoryChange, {
  passes: {
    'an old release': { component: pad, evidence: { history: { status: 'history' } } },
    'another way of writing it': { component: pad, evidence: history('git+https://github.com/azer/left-pad.git', 'azer/left-pad') },
    'into a monorepo of the same owner': { component: pad, evidence: history('github:azer/pads', 'https://github.com/Azer/left-pad') },
    'moved a month ago': { component: pad, evidence: history('other/left-pad', 'azer/left-pad', 30) },
  },
  fails: {
    'another owner': {
      component: pad,
      evidence: history('https://github.com/evil/left-pad', 'azer/left-pad'),
      finds: [{ rule: 'repository-change/other-owner', severity: 'note', message: /github\.com\/evil\/left-pad/ }],
    },
    'the same path on another host': {
      component: pad,
      evidence: history('https://git.example/azer/left-pad', 'azer/left-pad'),
      finds: [{ rule: 'repository-change/other-owner' }],
    },
    'an owner in the first part of a longer path': {
      component: pad,
      evidence: history('https://gitlab.com/azer/evil/left-pad', 'gitlab:azer/left-pad'),
      finds: [{ rule: 'repository-change/other-owner' }],
    },
    'something that is no repository': {
      component: pad,
      evidence: history('ask me', 'azer/left-pad'),
      finds: [{ rule: 'repository-change/other-owner', message: /something else/ }],
    },
    'no repository any more': {
      component: pad,
      evidence: history(undefined, 'azer/left-pad'),
      finds: [{ rule: 'repository-change/removed' }],
    },
  },
  notApplicable: {
    'none before': { component: pad, evidence: history('azer/left-pad', undefined) },
    'a version that the registry does not know': { component: pad, evidence: { history: { status: 'not-in-registry' } } },
  },
});
